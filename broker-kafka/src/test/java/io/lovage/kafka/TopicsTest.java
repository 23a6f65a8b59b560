package io.lovage.kafka;

import static io.lovage.fixtures.BrokerFixture.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.fixtures.BrokerFixture;
import io.lovage.spi.QueueSpec;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TopicsTest {
    private final BrokerFixture fixture = new BrokerFixture(new KafkaBrokerProvider());

    @AfterEach
    void end() throws Exception {
        fixture.close();
    }

    /** What was delayed in a level that an operator deleted was lost without a word: the topic simply came again. */
    @Test
    @DisplayName("R1.2 a topic that was deleted and made anew is noticed, once")
    void aTopicThatWasMadeAnewIsNoticed() {
        KafkaBroker broker = (KafkaBroker) fixture.connect(TestKafka.server().url());
        Topics topics = new Topics(broker.results().cluster(), fixture.time());
        QueueSpec queue = fixture.declared(broker);
        Queue<String> told = new ConcurrentLinkedQueue<>();
        topics.watch(List.of(queue.name()), told::add);

        assertThat(get(topics.missing(Set.of(queue.name())))).isEmpty();
        broker.admin().delete(queue);
        assertThat(get(topics.missing(Set.of(queue.name())))).containsExactly(queue.name());
        assertThat(told).isEmpty();
        broker.declare(queue);

        for (int i = 0; i < 3; i++) {
            assertThat(get(topics.missing(Set.of(queue.name())))).isEmpty();
        }
        assertThat(told).containsExactly(queue.name());
    }
}
