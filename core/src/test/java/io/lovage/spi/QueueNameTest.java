package io.lovage.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("R12.4 names of queues")
class QueueNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"celery", "A", "9", "z.dead", "a_b-c:d@e/f", "0.0"})
    void thatCanBecomeKeysAreTaken(String name) {
        assertThat(QueueName.check(name)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "-a", "a b", "a*", "a#", "a\n", "a\u0000", "{a}", "\u00e9t\u00e9", "a\u0661", "`", "["})
    void thatCouldMeanMoreAreRefused(String name) {
        assertThatThrownBy(() -> QueueName.check(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void haveALongestLength() {
        assertThat(QueueName.check("a".repeat(180))).hasSize(180);
        assertThatThrownBy(() -> QueueName.check("a".repeat(181))).hasMessageContaining("1 to 180");
    }
}
