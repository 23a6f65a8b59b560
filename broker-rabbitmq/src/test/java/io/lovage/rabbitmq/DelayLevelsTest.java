package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DelayLevelsTest {
    @Test
    void threeSecondsHaveTheKeyThatCeleryWrites() {
        assertThat(DelayLevels.routingKey(Duration.ofSeconds(3), "qq"))
                .isEqualTo("0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.1.qq");
    }

    @ParameterizedTest
    @DisplayName("R5.1: seconds are rounded up")
    @CsvSource({"PT0.000000001S, 1", "PT0.999S, 1", "PT1S, 1", "PT1.001S, 2", "PT1H, 3600"})
    void secondsAreRoundedUp(Duration delay, long seconds) {
        assertThat(DelayLevels.seconds(delay)).isEqualTo(seconds);
    }

    @Test
    @DisplayName("R5.5: the longest delay sets every bit")
    void theLongestDelaySetsEveryBit() {
        assertThat(DelayLevels.LONGEST).isGreaterThan(Duration.ofDays(365 * 8));
        assertThat(DelayLevels.routingKey(DelayLevels.LONGEST, "q")).isEqualTo("1.".repeat(28) + "q");
    }

    @ParameterizedTest
    @CsvSource({"PT1S, celery_delayed_0", "PT3S, celery_delayed_1", "PT300S, celery_delayed_8"})
    void aMessageEntersAtItsHighestBit(Duration delay, String exchange) {
        assertThat(DelayLevels.entry(delay)).isEqualTo(exchange);
        assertThat(DelayLevels.entry(DelayLevels.LONGEST)).isEqualTo("celery_delayed_27");
    }

    @Test
    void aQueueIsBoundByExactlyAsManyWildcardsAsThereAreLevels() {
        assertThat(DelayLevels.bindingKey("a.b")).isEqualTo("*.".repeat(28) + "a.b");
    }

    @Test
    void theQueueIsReadBackFromTheKey() {
        assertThat(DelayLevels.queueOf(DelayLevels.routingKey(Duration.ofSeconds(5), "0.1.x")))
                .contains("0.1.x");
        assertThat(DelayLevels.queueOf("imports")).isEmpty();
    }
}
