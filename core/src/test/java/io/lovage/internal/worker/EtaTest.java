package io.lovage.internal.worker;

import static io.lovage.internal.client.Playground.SOON;
import static io.lovage.internal.client.Playground.SQUARE;
import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.Lovage;
import io.lovage.ManualWorker;
import io.lovage.internal.memory.MemoryBroker;
import io.lovage.internal.memory.MemoryBrokerProvider;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.Bytes;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.ServiceUrl;
import io.lovage.spi.TimeSource;
import io.lovage.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EtaTest {
    private static final String URL = "memory://eta-test";

    /** Half an hour passes between one look at it and the next. */
    private static final class HastyClock implements TimeSource {
        final ManualClock clock = new ManualClock();
        final AtomicInteger looks = new AtomicInteger();

        @Override
        public Instant now() {
            return clock.now().plus(Duration.ofMinutes(30).multipliedBy(looks.getAndIncrement()));
        }

        @Override
        public long nanoTime() {
            return clock.nanoTime();
        }

        @Override
        public Timer after(Duration delay, Runnable action) {
            return clock.after(delay, action);
        }
    }

    private static void publish(Message message, HastyClock clock) {
        MemoryBroker broker = (MemoryBroker) new MemoryBrokerProvider()
                .connect(new BrokerConfig(ServiceUrl.parse(URL), "foreign", SOON, SOON, clock, role -> Thread::new));
        broker.publish(List.of(OutboundMessage.to("celery", message)))
                .toCompletableFuture()
                .join();
        broker.close();
    }

    /** As Python sends it, where a worker is to wait. */
    private static Message squareAt(Instant eta) {
        return new Message(
                Map.of("task", "math.square", "id", "the-id", "eta", eta.toString()),
                MessageProperties.json(Optional.of("the-id"), Optional.empty()),
                Bytes.utf8("[[3], {}, {}]"));
    }

    @Test
    void aTaskThatFallsDueWhileItIsLookedAtRuns() throws InterruptedException {
        HastyClock clock = new HastyClock();
        try (Lovage lovage = Lovage.builder().broker(URL).time(clock).build();
                ManualWorker worker =
                        lovage.worker().handle(SQUARE, (x, context) -> x * x).manual()) {
            clock.looks.set(0);
            publish(squareAt(clock.clock.now().plus(Duration.ofMinutes(10))), clock);

            assertThat(worker.runOne()).isTrue();
            assertThat(worker.runAll()).isOne();

            assertThat(lovage.result(SQUARE, "the-id").get(SOON)).isEqualTo(9);
            assertThat(worker.stats().released()).isZero();
        }
    }
}
