package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.OutboundMessage;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Deliveries whose channel goes away at the worst moment. */
class LostDeliveryTest extends DeliveryTest {
    private RabbitDelivery delivery(TimeSource publishing) throws Exception {
        return taken(settling(time, publishing));
    }

    /**
     * The loss is known, but its telling has not come to this delivery yet; just then somebody else asks to be told. He
     * was told at once, and with that the telling counted as done: the first one never heard.
     */
    @Test
    @DisplayName("R4.4 who asked before the loss is told also when somebody asks just after it")
    void everybodyIsToldOnce() throws Exception {
        RabbitDelivery delivery = delivery(time);
        delivery.onLost(() -> told.add("before"));
        List<RabbitDelivery> toTell = generation.lose();

        delivery.onLost(() -> told.add("between"));
        toTell.forEach(RabbitDelivery::lost);
        delivery.onLost(() -> told.add("after"));

        assertThat(told).containsExactly("before", "between", "after");
    }

    @Test
    @DisplayName("R3.6 what is settled after the loss answers LEASE_LOST")
    void whatIsSettledAfterTheLossAnswersSo() throws Exception {
        RabbitDelivery delivery = delivery(time);
        generation.lose();

        assertThat(get(delivery.settle(Settlement.ack()))).isEqualTo(Settled.LEASE_LOST);
    }

    /** A clock that fails stands for whatever may go wrong before the first message is published. */
    @Test
    @DisplayName("R3.8 a settlement that fails before it has begun leaves the delivery held")
    void aSettlementThatFailsBeforeItHasBegunLeavesTheDeliveryHeld() throws Exception {
        RabbitDelivery delivery = delivery(new BrokenClock());
        OutboundMessage next = message(tasks, "next");

        CompletionStage<Settled> failed = delivery.settle(Settlement.ackAfter(List.of(next)));

        assertThat(failed.toCompletableFuture()).isCompletedExceptionally();
        generation.lose();
        assertThat(get(delivery.settle(Settlement.ack()))).isEqualTo(Settled.LEASE_LOST);
    }

    private static final class BrokenClock implements TimeSource {
        @Override
        public Instant now() {
            throw new IllegalStateException("no time");
        }

        @Override
        public long nanoTime() {
            throw new IllegalStateException("no time");
        }

        @Override
        public Timer after(Duration delay, Runnable action) {
            throw new IllegalStateException("no time");
        }
    }
}
