package io.lovage.internal.client;

import static io.lovage.internal.client.Playground.SQUARE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.Lovage;
import io.lovage.Signature;
import io.lovage.Task;
import io.lovage.internal.memory.MemoryBroker;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.Message;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueFeature;
import io.lovage.spi.QueueMismatchException;
import io.lovage.spi.QueueSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SendingTest {
    private final Playground playground = new Playground();

    @AfterEach
    void close() {
        playground.close();
    }

    /** A value no JSON can hold: it contains itself. */
    static final class Knot {
        public Knot getItself() {
            return this;
        }
    }

    @Nested
    class IsRefusedBeforeAnythingIsSent {
        @Test
        void whenAnArgumentCannotBeWritten() {
            Lovage lovage = playground.lovage();
            Task<Knot, Void> task = Task.of("knots.untie", Knot.class, Void.class);
            List<Signature<?, Void>> batch = new ArrayList<>();
            batch.add(Task.of("fine", Integer.class, Void.class).with(1));
            batch.add(task.with(new Knot()));

            assertThatThrownBy(() -> lovage.send(task, new Knot()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Knot");
            assertThatThrownBy(() -> lovage.sendAll(batch)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> lovage.sendAsync(task.with(new Knot()))
                            .toCompletableFuture()
                            .join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(IllegalArgumentException.class);
            assertThat(playground.messages()).isZero();
        }

        @Test
        @DisplayName("R1.6 a body over the broker's limit is refused, and the connection stays usable")
        void whenTheBodyIsTooLarge() {
            try (Playground small = new Playground("?max_message=1000000")) {
                Lovage lovage = small.lovage();
                Task<String, Void> task = Task.of("store", String.class, Void.class);

                assertThatThrownBy(() -> lovage.send(task, "x".repeat(20_000_000)))
                        .isInstanceOf(PublishException.class)
                        .hasMessageContaining("20000")
                        .hasMessageContaining("1000000 bytes")
                        .hasMessageContaining("send a reference")
                        .satisfies(e ->
                                assertThat(((PublishException) e).retryable()).isFalse());
                assertThat(small.messages()).isZero();
                lovage.send(task, "small");
                assertThat(small.messages()).isOne();
            }
        }

        @Test
        @DisplayName("R6.1 a priority that the queue has not is refused")
        void whenTheQueueHasNoPriorities() {
            try (Playground plain = new Playground("?priorities=false")) {
                Lovage lovage = plain.lovage();

                assertThatThrownBy(() -> lovage.send(SQUARE.with(3).priority(5)))
                        .isInstanceOf(QueueMismatchException.class)
                        .hasMessageContaining("queue 'celery' (memory) has no priorities")
                        .hasMessageContaining("priority 0");
                assertThat(plain.messages()).isZero();
            }
        }

        @Test
        void whenTheQueueCannotKeepMessagesBack() {
            Playground.Connection connection = playground.connect();
            connection.broker().lacking.add(QueueFeature.DELAY);
            Lovage lovage = connection.lovage();

            assertThatThrownBy(() -> lovage.send(SQUARE.with(3).delay(Duration.ofSeconds(5))))
                    .isInstanceOf(QueueMismatchException.class)
                    .hasMessageContaining("queue 'celery' (memory) cannot keep messages back");
            assertThat(playground.messages()).isZero();
        }

        @Test
        @DisplayName("R5.5 a delay beyond the longest is refused")
        void whenTheDelayIsTooLong() {
            Lovage lovage = playground.lovage();

            assertThatThrownBy(() -> lovage.send(SQUARE.with(3).delay(Duration.ofDays(1_000_000))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("longest delay of broker 'memory'");
        }

        @Test
        void whenAHeaderBelongsToTheProtocol() {
            Lovage lovage = playground.lovage();

            assertThatThrownBy(() -> lovage.send(SQUARE.with(3).header("retries", 7)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("retries");
        }
    }

    @Test
    void aQueueIsDeclaredOncePerConnection() {
        Playground.Connection connection = playground.connect();

        for (int i = 0; i < 10; i++) {
            connection.lovage().send(SQUARE, i);
        }

        assertThat(connection.broker().declared).hasValue(1);
    }

    @Test
    @DisplayName("R1.8 a message for a queue that was deleted is a failed publish; sending again declares the queue")
    void aDeletedQueueFailsThePublishAndHealsWithTheNext() {
        Lovage lovage = playground.lovage();
        MemoryBroker operator = playground.broker();
        lovage.send(SQUARE.with(1).queue("gone"));
        operator.admin().delete(QueueSpec.of("gone"));

        assertThatThrownBy(() -> lovage.send(SQUARE.with(2).queue("gone").id("the-second")))
                .isInstanceOf(PublishException.class)
                .hasMessageContaining("the-second")
                .hasMessageContaining("the next publish declares it again")
                .hasMessageContaining("retry with the same ids")
                .satisfies(e -> assertThat(((PublishException) e).retryable()).isTrue());

        lovage.send(SQUARE.with(3).queue("gone"));
        assertThat(operator.admin().stats(QueueSpec.of("gone")).ready()).hasValue(1);
        operator.close();
    }

    @Test
    void aDelayedMessageSaysThatTheBrokerHoldsItUntilItsEta() throws InterruptedException {
        Lovage lovage = playground.lovage();

        lovage.send(SQUARE.with(3).delay(Duration.ofMinutes(5)));

        assertThat(playground.stats().delayed()).hasValue(1);
        playground.clock.advance(Duration.ofMinutes(6));
        Message message = playground.takeAll().get(0);
        assertThat(message.header("eta"))
                .isEqualTo("2030-01-01T00:05:00.000000+00:00")
                .isEqualTo(message.header(LovageHeaders.HELD_UNTIL));
    }

    @Test
    void anInterruptedSenderIsToldThatTheOutcomeIsUnknown() {
        Playground.Connection connection = playground.connect();
        connection.broker().silentPublishes = true;
        Lovage lovage = connection.lovage();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> lovage.send(SQUARE, 3))
                .isInstanceOf(PublishException.class)
                .hasMessageContaining("interrupted")
                .satisfies(e -> assertThat(((PublishException) e).retryable()).isTrue());
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
    }
}
