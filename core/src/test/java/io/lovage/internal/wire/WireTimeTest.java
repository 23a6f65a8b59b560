package io.lovage.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Times on the wire")
class WireTimeTest {
    @ParameterizedTest
    @CsvSource({
        "2030-01-02T03:04:05Z, 2030-01-02T03:04:05Z",
        "2030-01-02T03:04:05, 2030-01-02T03:04:05Z",
        "2030-01-02 03:04:05, 2030-01-02T03:04:05Z",
        "2030-01-02T03:04, 2030-01-02T03:04:00Z",
        "2030-01-02T03:04:05.1, 2030-01-02T03:04:05.1Z",
        "2030-01-02T03:04:05.765891+00:00, 2030-01-02T03:04:05.765891Z",
        "2030-01-02T03:04:05.123456789Z, 2030-01-02T03:04:05.123456789Z",
        "2030-01-02T03:04:05+02:00, 2030-01-02T01:04:05Z",
        "2030-01-02T03:04:05+0200, 2030-01-02T01:04:05Z",
        "2030-01-02T03:04:05+02, 2030-01-02T01:04:05Z",
        "2030-01-02T03:04:05.5-05:30, 2030-01-02T08:34:05.5Z",
        "2030-01-02T03:04:05+00:00:30, 2030-01-02T03:03:35Z"
    })
    void areReadInEveryFormThatIsInUse(String text, Instant expected) {
        assertThat(WireTime.instant(text)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tomorrow",
                "2030-13-02T03:04:05Z",
                "2030-02-30T03:04:05Z",
                "2030-01-02T03:04:05Zebra",
                "2030-01-02",
                "2030-01-02T03:04:05.1234567890Z",
                "1795341485.37"
            })
    void areRefusedWhenTheyAreNone(String text) {
        assertThat(WireTime.instant(text)).isEmpty();
    }

    @Test
    void areWrittenInMicrosecondsSinceCelery52DropsATaskWithNanoseconds() {
        assertThat(WireTime.format(Instant.parse("2030-01-02T03:04:05.123456789Z")))
                .isEqualTo("2030-01-02T03:04:05.123456+00:00");
        assertThat(WireTime.format(Instant.parse("2030-01-02T03:04:05Z")))
                .isEqualTo("2030-01-02T03:04:05.000000+00:00");
    }

    @Test
    void areRefusedBeyondWhatPythonKnows() {
        assertThatThrownBy(() -> WireTime.format(Instant.parse("+10000-01-01T00:00:00Z")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("9999");
    }
}
