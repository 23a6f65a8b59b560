package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.BrokerException;
import org.apache.kafka.common.errors.GroupMaxSizeReachedException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.junit.jupiter.api.Test;

class CrowdTest {
    private final Crowd crowd = new Crowd("q");

    @Test
    void whoIsNotLetInGoesOnWithWhatHeHasForAWhile() {
        assertThat(crowd.limit(0)).isEmpty();

        assertThat(crowd.refused(3, 0)).isEqualTo(Crowd.PATIENCE);

        assertThat(crowd.limit(1)).hasValue(3);
        assertThat(crowd.limit(Crowd.PATIENCE.toNanos())).isEmpty();
    }

    @Test
    void whoHasNothingTriesAgainSoon() {
        assertThat(crowd.refused(0, 0)).isEqualTo(Crowd.HASTE);

        assertThat(crowd.limit(1)).hasValue(0);
        assertThat(crowd.limit(Crowd.HASTE.toNanos())).isEmpty();
    }

    @Test
    void onlyAGroupThatIsFullIsACrowd() {
        BrokerException full = KafkaErrors.doing("take", new GroupMaxSizeReachedException("full"));
        BrokerException other = KafkaErrors.doing("take", new UnknownServerException("oops"));

        assertThat(Crowd.isWhy(full)).isTrue();
        assertThat(full.retryable()).isTrue();
        assertThat(Crowd.isWhy(other)).isFalse();
    }
}
