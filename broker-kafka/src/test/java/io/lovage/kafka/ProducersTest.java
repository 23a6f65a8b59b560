package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.kafka.Producers.Generation;
import io.lovage.spi.ServiceUrl;
import java.time.Duration;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProducersTest {
    private final Producers producers = new Producers(
            new Producers.Spec(KafkaOptions.of(ServiceUrl.parse("kafka://127.0.0.1:1")), "test", Duration.ofMillis(1)));

    @AfterEach
    void close() {
        producers.close();
    }

    private static void assertOpen(Generation generation, boolean open) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("t", 0, null, new byte[0]);
        if (open) { // asks for the topic, in vain
            assertThat(generation.producer().send(record)).isDone();
        } else {
            assertThatThrownBy(() -> generation.producer().send(record))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        }
    }

    @Test
    void oneThatHasConfirmedSomethingMeanwhileIsNotSilent() {
        Generation first = producers.current();
        first.confirmed(10);

        assertThat(producers.retireIfSilentSince(first.number(), 10)).isNull();
        assertThat(producers.current()).isSameAs(first);
        assertThat(producers.retireIfSilentSince(first.number(), 11)).isSameAs(first);
    }

    /** What others had given it failed at once, though the brokers came again in time. */
    @Test
    void oneThatIsRetiredStaysOpenUntilItIsClosed() {
        Generation first = producers.current();

        assertThat(producers.retire(first.number())).isSameAs(first);

        assertThat(producers.current()).isNotSameAs(first);
        assertThat(producers.retire(first.number())).as("once").isNull();
        assertOpen(first, true);
        producers.close(first);
        assertOpen(first, false);
        assertOpen(producers.current(), true);
    }

    @Test
    void theLastCloseClosesThemAll() {
        Generation first = producers.current();
        producers.retire(first.number());
        Generation second = producers.current();

        producers.close();

        assertOpen(first, false);
        assertOpen(second, false);
    }
}
