package io.lovage.internal.worker;

import static io.lovage.internal.client.Playground.QUEUE;
import static io.lovage.internal.client.Playground.SOON;
import static io.lovage.internal.client.Playground.SQUARE;
import static io.lovage.internal.client.Playground.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.AsyncResult;
import io.lovage.DeadLetters;
import io.lovage.Lovage;
import io.lovage.ManualWorker;
import io.lovage.Task;
import io.lovage.TaskFailedException;
import io.lovage.internal.client.Playground;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Bytes;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.Delivery;
import io.lovage.spi.Fence;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settlement;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import io.lovage.spi.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What cannot be run: it is kept, whoever waits is told, and nobody else is held up. */
class DeadLetteringTest {
    private final Playground playground = new Playground();
    private final Playground.Connection connection = playground.connect();
    private final Lovage lovage = connection.lovage();

    @AfterEach
    void close() {
        playground.close();
    }

    private ManualWorker worker() {
        return lovage.worker().handle(SQUARE, (x, context) -> x * x).manual();
    }

    private static Message message(String id, String task, String body) {
        return new Message(
                Map.of("task", task, "id", id),
                MessageProperties.json(Optional.of(id), Optional.empty()),
                Bytes.utf8(body));
    }

    private String onlyReason() {
        assertThat(playground.messages()).isZero();
        List<DeadLetter> dead = playground.deadLetters();
        assertThat(dead).hasSize(1);
        return dead.get(0).reason();
    }

    @Nested
    class Garbage {
        @Test
        @DisplayName("R10.6, R11.8 is dead-lettered with its reason, its waiter is told, and the next task runs")
        void isDeadLetteredAndStopsNobody() throws InterruptedException {
            playground.publish(message("the-garbage", "math.square", "{ not json"));
            AsyncResult<Integer> fine = lovage.send(SQUARE, 3);
            ManualWorker worker = worker();

            assertThat(worker.runAll()).isEqualTo(2);

            assertThat(onlyReason()).containsIgnoringCase("json");
            assertThat(fine.get(SOON)).isEqualTo(9);
            assertThatThrownBy(() -> lovage.result(SQUARE, "the-garbage").get(SOON))
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageContaining("UnreadableMessage");
            assertThat(worker.stats().deadLettered()).isOne();
        }

        @Test
        void withoutAnIdIsDeadLetteredAllTheSame() {
            playground.publish(
                    new Message(Map.of(), MessageProperties.json(Optional.empty(), Optional.empty()), Bytes.utf8("]")));

            worker().runAll();

            assertThat(onlyReason()).isNotEmpty();
            assertThat(connection.results().asked()).isEmpty();
        }

        @Test
        void thatIsOlderThanItsResultIsDeadLetteredAllTheSame() throws InterruptedException {
            AsyncResult<Integer> result = lovage.send(SQUARE, 3);
            Message message = playground.takeAll().get(0);
            TaskId id = new TaskId(result.id());
            connection
                    .results()
                    .transition(
                            TaskRef.of(id),
                            new StoredResult(id, TaskState.STARTED, Bytes.utf8("{}")),
                            new Fence(7, 1),
                            SOON);
            playground.publish(new Message(message.headers(), message.properties(), Bytes.utf8("{ not json")));

            worker().runAll();

            assertThat(onlyReason()).containsIgnoringCase("json");
        }

        @Test
        void isKeptAsItWas() {
            Message garbage = message("the-garbage", "math.square", "[[1]]");
            playground.publish(garbage);

            worker().runAll();

            assertThat(playground.deadLetters().get(0).message()).isEqualTo(garbage);
        }
    }

    @Nested
    class AnUnknownTask {
        private final AsyncResult<Integer> result = lovage.send(Task.of("math.cube", Integer.class, Integer.class), 3);

        @Test
        @DisplayName("fails as NotRegistered, is kept, and can be sent again once there is a handler")
        void failsAndCanBeSentAgain() throws InterruptedException {
            worker().runAll();

            assertThat(onlyReason()).isEqualTo("unknown task math.cube");
            assertThatThrownBy(() -> result.get(SOON)).hasMessageContaining("NotRegistered: math.cube");

            DeadLetters letters = lovage.deadLetters(QUEUE);
            String id = letters.list(10).get(0).id();
            assertThat(letters.resend(id)).isTrue();
            assertThat(lovage.result(SQUARE, result.id()).state())
                    .as("R9.3 the result is open again")
                    .isEqualTo(TaskState.PENDING);
            lovage.worker()
                    .handle(Task.of("math.cube", Integer.class, Integer.class), (x, context) -> x * x * x)
                    .manual()
                    .runAll();

            assertThat(lovage.result(SQUARE, result.id()).get(SOON)).isEqualTo(27);
            assertThat(letters.list(10)).isEmpty();
            assertThat(letters.resend(id)).isFalse();
            assertThat(letters.discard(id)).isFalse();
        }

        @Test
        @DisplayName("R11.8 a worker that dies between storing the failure and dead-lettering loses nothing")
        void isDeadLetteredByTheNextWorkerWhenTheFirstDiedHalfWay() throws InterruptedException {
            Playground.Connection dying = playground.connect();
            dying.broker().settleFault = how -> new BrokerUnavailableException("cut");
            Lovage second = lovage;
            Thread worker = new Thread(() -> dying.lovage()
                    .worker()
                    .handle(SQUARE, (x, context) -> x)
                    .manual()
                    .runOne());
            worker.start();
            waitUntil(() -> !dying.broker().settlements.isEmpty());
            dying.memory().crash();
            dying.broker().settleFault = how -> null;
            playground.passTimeUntil(() -> !worker.isAlive());
            playground.clock.advance(QueueSpec.DEFAULT_LEASE.plusSeconds(1));

            second.worker().handle(SQUARE, (x, context) -> x).manual().runAll();

            assertThat(onlyReason()).isEqualTo("unknown task math.cube");
        }
    }

    @Nested
    class ACanvas {
        private void publishWith(String embed) {
            playground.publish(message("the-chain", "math.square", "[[3], {}, " + embed + "]"));
        }

        private static final String NEXT = """
                {"task": "next", "args": [], "kwargs": {}, "options": {}, "subtask_type": "group", "immutable": false}""";

        @Test
        void thatCannotBeDoneHereIsKeptWholeSinceRunningItsTaskAloneWouldLoseTheRest() {
            publishWith("{\"callbacks\": null, \"errbacks\": null, \"chain\": [" + NEXT + "], \"chord\": null}");

            worker().runAll();

            assertThat(onlyReason()).isEqualTo("unsupported: the message carries a nested group without tasks");
            assertThatThrownBy(() -> lovage.result(SQUARE, "the-chain").get(SOON))
                    .hasMessageContaining("NotSupported");
        }

        @Test
        void thatIsEmptyIsNone() throws InterruptedException {
            publishWith("{\"callbacks\": [], \"errbacks\": null, \"chain\": [], \"chord\": null}");

            worker().runAll();

            assertThat(lovage.result(SQUARE, "the-chain").get(SOON)).isEqualTo(9);
        }
    }

    @Nested
    class TheDeliveryLimit {
        private final QueueSpec three = QueueSpec.of(QUEUE).withDeliveryLimit(3);
        private final AsyncResult<Integer> result = lovage.send(SQUARE, 3);

        private ManualWorker limited() {
            return lovage.worker()
                    .queue(three, 1)
                    .handle(SQUARE, (x, context) -> x * x)
                    .manual();
        }

        private void deliverAndRelease(int times) throws InterruptedException {
            try (Broker.Consumer consumer = connection.memory().consume(ConsumeSpec.of(three, 1))) {
                for (int i = 0; i < times; i++) {
                    Delivery delivery = consumer.poll(1, Duration.ZERO).get(0);
                    delivery.settle(Settlement.release(Duration.ZERO));
                }
            }
        }

        @Test
        @DisplayName("R7.2 beyond it the failure is stored and the message dead-lettered with the reason")
        void endsAPoisonousTask() throws InterruptedException {
            deliverAndRelease(3);

            assertThat(limited().runAll()).isOne();

            assertThat(onlyReason()).isEqualTo("delivery-limit");
            assertThat(playground.deadLetters().get(0).deliveryCount()).isEqualTo(4);
            assertThatThrownBy(() -> result.get(SOON))
                    .hasMessageContaining("WorkerLostError")
                    .hasMessageContaining("4 times");
        }

        @Test
        void isReachedAndStillRuns() throws InterruptedException {
            deliverAndRelease(2);

            assertThat(limited().runAll()).isOne();

            assertThat(result.get(SOON)).isEqualTo(9);
        }

        @Test
        void doesNotDeadLetterWhatHasSucceeded() throws InterruptedException {
            deliverAndRelease(3);
            AsyncResult<Integer> finished = lovage.result(SQUARE, result.id());
            Message copy = playground.takeAll().get(0);
            playground.publish(copy);
            worker().runAll();
            assertThat(finished.get(SOON)).isEqualTo(9);
            playground.publish(copy.withHeader(LovageHeaders.DELIVERY_COUNT, 3));

            limited().runAll();

            assertThat(playground.deadLetters()).isEmpty();
            assertThat(playground.messages()).isZero();
            assertThat(finished.get(SOON)).isEqualTo(9);
        }
    }
}
