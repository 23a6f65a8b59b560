package io.lovage.internal.memory;

import static io.lovage.internal.memory.Fixture.QUEUE;
import static io.lovage.internal.memory.Fixture.get;
import static io.lovage.internal.memory.Fixture.id;
import static io.lovage.internal.memory.Fixture.ids;
import static io.lovage.internal.memory.Fixture.message;
import static io.lovage.internal.memory.Fixture.outbound;
import static io.lovage.internal.memory.Fixture.settle;
import static io.lovage.internal.memory.Fixture.take;
import static io.lovage.internal.memory.Fixture.takeOne;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.spi.Broker.Consumer;
import io.lovage.spi.Bytes;
import io.lovage.spi.Delivery;
import io.lovage.spi.Destination;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueFeature;
import io.lovage.spi.QueueMismatchException;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settlement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MemoryPublishingTest {
    private final Fixture memory = new Fixture();

    @AfterEach
    void close() {
        memory.close();
    }

    private static PublishException failure(CompletionStage<?> stage) {
        try {
            stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof PublishException failure) {
                return failure;
            }
            throw e;
        }
        throw new AssertionError("should have failed");
    }

    @Nested
    class Publish {
        @Test
        @DisplayName("R1.2 keeps messages for a consumer that comes later")
        void keepsMessagesForAConsumerThatComesLater() throws InterruptedException {
            memory.publish("a", "b");
            memory.clock.advance(Duration.ofDays(1000));
            assertThat(ids(take(memory.consumer()))).containsExactly("a", "b");
        }

        @Test
        @DisplayName("R1.4 R6.1 higher priorities first, in order within a priority")
        void higherPrioritiesFirstInOrderWithinAPriority() throws InterruptedException {
            memory.publish(outbound("low-1"));
            memory.publish(outbound("high-1").withPriority(9));
            memory.publish(outbound("middle").withPriority(5));
            memory.publish(outbound("high-2").withPriority(9));
            memory.publish(outbound("low-2"));
            List<Delivery> taken = take(memory.consumer());
            assertThat(ids(taken)).containsExactly("high-1", "high-2", "middle", "low-1", "low-2");
            assertThat(taken.get(2).message().priority()).isEqualTo(5);
        }

        @Test
        @DisplayName("R1.5 headers and body arrive unchanged")
        void headersAndBodyArriveUnchanged() throws InterruptedException {
            Map<String, @Nullable Object> headers = new LinkedHashMap<>();
            headers.put("null", null);
            headers.put("big", Long.MAX_VALUE);
            headers.put("nested", Map.of("list", List.of(1, "two", 3.0)));
            Message sent = new Message(
                    headers,
                    MessageProperties.json(Optional.of("x"), Optional.of("me")),
                    Bytes.copyOf(new byte[1 << 20]));
            memory.publish(OutboundMessage.to(QUEUE.name(), sent));
            assertThat(takeOne(memory.consumer()).message().message()).isEqualTo(sent);
        }

        @Test
        @DisplayName("R1.6 a message over the limit fails, names itself and leaves the connection usable")
        void aMessageOverTheLimitFailsAndLeavesTheConnectionUsable() {
            try (Fixture small = new Fixture("?max_message=3")) {
                assertThat(small.broker.capabilities().largestMessageBytes()).hasValue(3);
                PublishException failure =
                        failure(small.broker.publish(List.of(outbound("fits".substring(1)), outbound("large"))));
                assertThat(failure.unconfirmed()).containsExactly("large");
                assertThat(failure).hasMessageContaining("5 bytes").hasMessageContaining("max_message is 3");
                assertThat(failure.retryable()).isFalse();
                assertThat(small.ready()).isEqualTo(1);
                small.publish("abc");
                assertThat(small.ready()).isEqualTo(2);
            }
        }

        @Test
        @DisplayName("R1.8 a message that no queue takes is a failed publish; the others arrive")
        void aMessageThatNoQueueTakesIsAFailedPublish() {
            PublishException failure = failure(memory.broker.publish(
                    List.of(outbound("a"), OutboundMessage.to("nobodys", message("lost")), outbound("b"))));
            assertThat(failure.unconfirmed()).containsExactly("lost");
            assertThat(failure).hasMessageContaining("no queue 'nobodys'");
            assertThat(memory.ready()).isEqualTo(2);
            memory.broker.admin().delete(QUEUE);
            assertThat(failure(memory.broker.publish(List.of(outbound("c")))).unconfirmed())
                    .containsExactly("c");
        }

        @Test
        @DisplayName("R5.5 a delay beyond the longest is refused")
        void aDelayBeyondTheLongestIsRefused() {
            Duration longest = memory.broker.capabilities().longestDelay();
            memory.publish(outbound("far").delayedBy(longest));
            assertThat(failure(memory.broker.publish(List.of(outbound("further").delayedBy(longest.plusNanos(1))))))
                    .hasMessageContaining("longer than the longest");
            assertThat(memory.delayed()).isEqualTo(1);
        }

        @Test
        void failsAfterCloseNamingEveryMessage() {
            memory.broker.close();
            assertThat(failure(memory.broker.publish(List.of(outbound("a"), outbound("b"))))
                            .unconfirmed())
                    .containsExactly("a", "b");
        }

        @Test
        @DisplayName("R11.7 a reply that nobody can receive counts as delivered")
        void aReplyThatNobodyCanReceiveCountsAsDelivered() {
            OutboundMessage reply = new OutboundMessage(Destination.reply("gone"), message("x"), Duration.ZERO, 0);
            get(memory.broker.publish(List.of(reply)));
            assertThat(failure(memory.broker.publish(List.of(reply.delayedBy(Duration.ofSeconds(1))))))
                    .hasMessageContaining("cannot be delayed");
        }
    }

    @Nested
    class Declare {
        @Test
        @DisplayName("R1.7 declaring twice is harmless")
        void declaringTwiceIsHarmless() throws InterruptedException {
            memory.publish("a");
            assertThat(memory.broker.declare(QUEUE)).isEqualTo(memory.broker.declare(QUEUE));
            assertThat(ids(take(memory.consumer()))).containsExactly("a");
        }

        @Test
        @DisplayName("R1.7 what is required and missing is named, and nothing is made")
        void whatIsRequiredAndMissingIsNamed() {
            QueueSpec durable = QueueSpec.of("durable").requiring(EnumSet.of(QueueFeature.DURABLE, QueueFeature.DELAY));
            assertThatThrownBy(() -> memory.broker.declare(durable))
                    .isInstanceOf(QueueMismatchException.class)
                    .hasMessageContaining("lacks [DURABLE]");
            assertThatThrownBy(() -> memory.broker.admin().stats(durable)).isInstanceOf(QueueNotFoundException.class);
        }

        @Test
        void saysWhatTheQueueCanDo() {
            assertThat(memory.broker.declare(QUEUE).priorityLevels()).isEqualTo(10);
            assertThat(memory.broker.declare(QUEUE).features())
                    .containsExactlyInAnyOrder(
                            QueueFeature.PRIORITY, QueueFeature.DELAY, QueueFeature.EXACT_DELIVERY_COUNT);
        }

        @Test
        @DisplayName("R6.1 a space without priorities says so and refuses them")
        void aSpaceWithoutPrioritiesSaysSoAndRefusesThem() throws InterruptedException {
            try (Fixture plain = new Fixture("?priorities=false&counts=lower-bound")) {
                assertThat(plain.broker.declare(QUEUE).priorityLevels()).isEqualTo(1);
                assertThat(plain.broker.declare(QUEUE).features()).containsExactly(QueueFeature.DELAY);
                PublishException failure = failure(plain.broker.publish(
                        List.of(outbound("first"), outbound("second").withPriority(9))));
                assertThat(failure.unconfirmed()).containsExactly("second");
                assertThat(ids(take(plain.consumer()))).containsExactly("first");
            }
        }
    }

    @Nested
    class Delay {
        @Test
        @DisplayName("R5.1 not before the due time, then in order of the due times")
        void notBeforeTheDueTime() throws InterruptedException {
            memory.publish(outbound("later").delayedBy(Duration.ofSeconds(20)));
            memory.publish(outbound("sooner").delayedBy(Duration.ofSeconds(10)));
            Consumer consumer = memory.consumer();
            memory.clock.advance(Duration.ofSeconds(10).minusNanos(1));
            assertThat(take(consumer)).isEmpty();
            assertThat(memory.delayed()).isEqualTo(2);
            memory.clock.advance(Duration.ofNanos(1));
            assertThat(ids(take(consumer))).containsExactly("sooner");
            memory.clock.advance(Duration.ofSeconds(10));
            assertThat(ids(take(consumer))).containsExactly("later");
        }

        @Test
        @DisplayName("R3.8 a settlement publishes delayed messages too")
        void aSettlementPublishesDelayedMessagesToo() throws InterruptedException {
            memory.publish("a");
            Consumer consumer = memory.consumer();
            settle(
                    takeOne(consumer),
                    Settlement.ackAfter(List.of(outbound("retry").delayedBy(Duration.ofSeconds(5)))));
            assertThat(take(consumer)).isEmpty();
            memory.clock.advance(Duration.ofSeconds(5));
            assertThat(id(takeOne(consumer))).isEqualTo("retry");
        }
    }
}
