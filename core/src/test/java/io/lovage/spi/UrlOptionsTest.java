package io.lovage.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UrlOptionsTest {
    @ParameterizedTest
    @CsvSource({
        "PT0S, 0s",
        "PT0.25S, 250ms",
        "PT5S, 5s",
        "PT1.5S, 1s 500ms",
        "PT90M, 1h 30m",
        "PT49H, 2d 1h",
        "PT-10S, -10s",
        "PT0.0000001S, 0s"
    })
    void aDurationIsWrittenAsPeopleReadIt(Duration duration, String text) {
        assertThat(UrlOptions.written(duration)).isEqualTo(text);
    }
}
