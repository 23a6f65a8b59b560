package io.lovage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.spi.ConfigurationException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
    @Test
    void saysEverythingThatIsWrongAtOnce() {
        assertThatThrownBy(() -> RetryPolicy.builder()
                        .maxRetries(-1)
                        .backoff(Duration.ofSeconds(-1), Duration.ofDays(36_501), 0.5)
                        .jitter(2)
                        .build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("maxRetries=-1")
                .hasMessageContaining("first delay=PT-1S")
                .hasMessageContaining("at most 36500 days")
                .hasMessageContaining("factor=0.5")
                .hasMessageContaining("jitter=2.0");
    }

    @Test
    void cannotBeMadeWrongWithoutItsBuilderEither() {
        assertThatThrownBy(() -> new RetryPolicy(
                        3, Duration.ofSeconds(-5), Duration.ZERO, 1, 0, List.of(Exception.class), List.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("first delay=PT-5S");
    }
}
