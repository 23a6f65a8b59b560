package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.Broker;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The story: nobody has ever sent a message with a priority to a queue, so its workers wait on its base list alone. The
 * first one that comes lies in another list. A tick finds out, but nobody was woken: it was noticed when the wait on
 * the server ended, five seconds later.
 */
class FirstPriorityTest {
    /** The declared second, and more for a busy machine; the wait on the server takes five. */
    private static final Duration BOUND = Duration.ofSeconds(3);

    private static final int TRIES = 3;

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    @DisplayName("R2.6 the first message with a priority is noticed with the next tick")
    void theFirstMessageWithAPriorityIsNoticedWithTheNextTick() throws InterruptedException {
        Broker broker = fixture.broker("");
        Duration fastest = BOUND.plus(BOUND);
        for (int i = 0; i < TRIES && fastest.compareTo(BOUND) >= 0; i++) {
            Duration taken = noticed(broker);
            fastest = taken.compareTo(fastest) < 0 ? taken : fastest;
        }
        assertThat(fastest).isLessThan(BOUND);
    }

    private Duration noticed(Broker broker) throws InterruptedException {
        QueueSpec queue = fixture.declared(broker);
        Broker.Consumer consumer = fixture.consumer(broker, queue, 1);
        assertThat(consumer.poll(1, Duration.ofMillis(100))).as("it waits").isEmpty();
        long before = fixture.time().nanoTime();
        Fixture.get(broker.publish(List.of(Fixture.to(queue, "m").withPriority(5))));
        Delivery delivery = Fixture.one(consumer);
        assertThat(delivery.message().priority()).isEqualTo(5);
        return Duration.ofNanos(fixture.time().nanoTime() - before);
    }
}
