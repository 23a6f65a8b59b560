package io.lovage.internal.worker;

import static io.lovage.internal.client.Playground.QUEUE;
import static io.lovage.internal.client.Playground.SQUARE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.Lovage;
import io.lovage.ManualWorker;
import io.lovage.Task;
import io.lovage.TaskFailedException;
import io.lovage.internal.client.Playground;
import io.lovage.spi.Broker;
import io.lovage.spi.Bytes;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.Delivery;
import io.lovage.spi.Fence;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a Celery client put behind a task is done when the task has ended. */
class SequelsTest {
    private static final String LAST =
            signature("py.last", "[]", "{\"task_id\": \"the-last\", \"reply_to\": \"me\"}", false);
    private static final String NEXT = signature("py.next", "[4]", "{\"task_id\": \"the-next\"}", false);

    private final Playground playground = new Playground();
    private final Playground.Connection connection = playground.connect();
    private final Lovage lovage = connection.lovage();
    private final AtomicInteger runs = new AtomicInteger();

    @AfterEach
    void close() {
        playground.close();
    }

    private static String signature(String task, String args, String options, boolean immutable) {
        return "{\"task\": \"" + task + "\", \"args\": " + args + ", \"kwargs\": {\"k\": 1}, \"options\": " + options
                + ", \"subtask_type\": null, \"immutable\": " + immutable + "}";
    }

    private static String embed(String callbacks, String errbacks, String chain, String chord) {
        return "{\"callbacks\": " + callbacks + ", \"errbacks\": " + errbacks + ", \"chain\": " + chain
                + ", \"chord\": " + chord + "}";
    }

    private void publish(String task, String embed) {
        playground.publish(new Message(
                Map.of("task", task, "id", "the-first", "root_id", "the-root"),
                MessageProperties.json(Optional.of("the-first"), Optional.empty()),
                Bytes.utf8("[[3], {}, " + embed + "]")));
    }

    private void run() throws InterruptedException {
        boolean ran = worker().runOne();
        assertThat(ran).isTrue();
    }

    private ManualWorker worker() {
        return lovage.worker()
                .handle(SQUARE, (x, context) -> {
                    runs.incrementAndGet();
                    return x * x;
                })
                .handle(Task.of("math.fail", Integer.class, Integer.class), (x, context) -> {
                    throw new IllegalStateException("no");
                })
                .manual();
    }

    private Message only() throws InterruptedException {
        List<Message> sent = playground.takeAll();
        assertThat(sent).hasSize(1);
        return sent.get(0);
    }

    private static Map<String, Object> family(Message message) {
        return Map.of(
                "id", String.valueOf(message.header("id")),
                "root", String.valueOf(message.header("root_id")),
                "parent", String.valueOf(message.header("parent_id")));
    }

    @Nested
    class AChain {
        /** Celery stores it reversed: the next step is the last one of the list. */
        @Test
        void goesOnWithItsNextStepWhichCarriesTheRest() throws InterruptedException {
            publish("math.square", embed("null", "null", "[" + LAST + ", " + NEXT + "]", "null"));

            run();

            Message next = only();
            assertThat(next.header("task")).isEqualTo("py.next");
            assertThat(family(next)).isEqualTo(Map.of("id", "the-next", "root", "the-root", "parent", "the-first"));
            assertThat(next.properties().correlationId()).contains("the-next");
            assertThat(next.body().toUtf8())
                    .startsWith("[[9,4],{\"k\":1},")
                    .contains("\"chain\":[{\"task\":\"py.last\"");
        }

        @Test
        void endsWithAStepThatCarriesNoMore() throws InterruptedException {
            publish("math.square", embed("null", "null", "[" + LAST + "]", "null"));

            run();

            Message last = only();
            assertThat(last.properties().replyTo()).contains("me");
            assertThat(last.body().toUtf8()).contains("\"chain\":[]");
        }

        @Test
        void keepsTheResultFromAStepThatDoesNotWantIt() throws InterruptedException {
            publish("math.square", embed("null", "null", "[" + signature("py.next", "[4]", "{}", true) + "]", "null"));

            run();

            assertThat(only().body().toUtf8()).startsWith("[[4],");
        }

        @Test
        @DisplayName("R11.8 tells whoever waits for a later step that an earlier one has failed")
        void tellsThoseWhoWaitForLaterSteps() throws InterruptedException {
            publish("math.fail", embed("null", "null", "[" + LAST + ", " + NEXT + "]", "null"));

            run();

            assertThat(playground.messages()).isZero();
            for (String id : List.of("the-next", "the-last")) {
                assertThatThrownBy(() -> lovage.result(SQUARE, id).get(Duration.ZERO))
                        .isInstanceOf(TaskFailedException.class)
                        .hasMessageContaining("IllegalStateException: no");
            }
        }
    }

    @Nested
    class ALink {
        @Test
        void isSentAfterSuccess() throws InterruptedException {
            publish("math.square", embed("[" + NEXT + "]", "[" + LAST + "]", "null", "null"));

            run();

            Message next = only();
            assertThat(next.header("task")).isEqualTo("py.next");
            assertThat(next.body().toUtf8()).startsWith("[[9,4],");
        }

        @Test
        void ofErrorsIsSentAfterFailureWithTheIdOfTheTask() throws InterruptedException {
            publish("math.fail", embed("[" + NEXT + "]", "[" + LAST + "]", "null", "null"));

            run();

            Message last = only();
            assertThat(last.header("task")).isEqualTo("py.last");
            assertThat(last.body().toUtf8()).startsWith("[[\"the-first\"],");
        }

        @Test
        void waitsInTheBrokerUntilItsCountdownIsOver() throws InterruptedException {
            publish(
                    "math.square",
                    embed(
                            "[" + signature("py.next", "[]", "{\"countdown\": 60}", false) + "]",
                            "null",
                            "null",
                            "null"));

            run();

            assertThat(playground.takeAll()).isEmpty();
            playground.clock.advance(Duration.ofMinutes(1));
            assertThat(only().header("eta")).isNotNull();
        }

        @Test
        void hasItsOwnLinksInItsOptions() throws InterruptedException {
            String options = "{\"link\": [" + LAST + "], \"link_error\": " + LAST + ", \"time_limit\": 30}";
            publish(
                    "math.square",
                    embed("[" + signature("py.next", "[]", options, false) + "]", "null", "null", "null"));

            run();

            Message next = only();
            assertThat(next.header("timelimit")).hasToString("[30, null]");
            assertThat(next.body().toUtf8())
                    .contains("\"callbacks\":[{\"task\":\"py.last\"", "\"errbacks\":[{\"task\":\"py.last\"");
        }
    }

    /**
     * The state is stored before the next step is sent. A worker that dies in between leaves a task that is done, and a
     * chain that nobody goes on with: whoever gets the message again must send the step, and not only settle.
     */
    @Test
    @DisplayName("R3.8 a worker that dies between its result and the next step loses no step")
    void aDeathBetweenTheResultAndTheNextStepLosesNothing() throws InterruptedException {
        publish("math.square", embed("null", "null", "[" + signature("py.next", "[]", "{}", false) + "]", "null"));
        deliverAndRelease();
        TaskId id = new TaskId("the-first");
        connection
                .results()
                .transition(
                        TaskRef.of(id),
                        new StoredResult(
                                id,
                                TaskState.SUCCESS,
                                Bytes.utf8("{\"status\": \"SUCCESS\", \"result\": 1234, \"task_id\": \"the-first\"}")),
                        new Fence(0, 1),
                        Duration.ofHours(1))
                .toCompletableFuture()
                .join();

        run();

        assertThat(runs).hasValue(0);
        Message next = only();
        assertThat(next.body().toUtf8()).startsWith("[[1234],");
        assertThat(family(next)).containsEntry("parent", "the-first");
    }

    @Test
    @DisplayName("R3.8 a step that is sent twice has the same id both times")
    void aStepThatIsSentTwiceHasOneId() throws InterruptedException {
        String link = embed("[" + signature("py.next", "[]", "{}", false) + "]", "null", "null", "null");
        publish("math.square", link);
        run();
        Object first = only().header("id");
        lovage.result(SQUARE, "the-first").forget();
        publish("math.square", link);
        run();

        assertThat(only().header("id")).isEqualTo(first);
    }

    private void deliverAndRelease() throws InterruptedException {
        try (Broker.Consumer consumer = connection.memory().consume(ConsumeSpec.of(QueueSpec.of(QUEUE), 1))) {
            Delivery delivery = consumer.poll(1, Duration.ZERO).get(0);
            delivery.settle(Settlement.release(Duration.ZERO));
        }
    }

    /** Celery leaves these folded where they are not the first thing that is sent. */
    @Nested
    class ACanvasInside {
        private String canvas(String kind, String options, String... tasks) {
            return "{\"task\": \"celery." + kind + "\", \"args\": [], \"kwargs\": {\"tasks\": ["
                    + String.join(", ", tasks) + "]}, \"options\": " + options + ", \"subtask_type\": \"" + kind
                    + "\", \"immutable\": false}";
        }

        private final String group = canvas(
                "group",
                "{\"task_id\": \"the-group\", \"root_id\": null}",
                NEXT,
                canvas("chain", "{}", signature("py.first", "[]", "{\"task_id\": \"the-one\"}", false), LAST));

        @Test
        void thatIsAGroupIsSentAtOnceAsTheEndOfAChain() throws InterruptedException {
            publish("math.square", embed("null", "null", "[" + group + "]", "null"));

            run();

            List<Message> sent = playground.takeAll();
            assertThat(sent).extracting(message -> message.header("task")).containsExactly("py.next", "py.first");
            assertThat(sent.get(0).header("group")).isEqualTo("the-group");
            assertThat(sent.get(0).header("group_index")).isEqualTo(0);
            assertThat(family(sent.get(0)))
                    .isEqualTo(Map.of("id", "the-next", "root", "the-root", "parent", "the-first"));
            // the end of a chain is what its group waits for
            assertThat(sent.get(1).header("group")).isNull();
            assertThat(sent.get(1).body().toUtf8())
                    .startsWith("[[9],")
                    .contains("\"group_id\":\"the-group\",\"group_index\":1");
        }

        @Test
        void travelsOnToTheStepBeforeIt() throws InterruptedException {
            publish("math.square", embed("null", "null", "[" + group + ", " + NEXT + "]", "null"));

            run();

            assertThat(only().body().toUtf8()).contains("\"chain\":[{\"task\":\"celery.group\"");
        }

        @Test
        void thatIsAChainBeginsWithItsFirstStep() throws InterruptedException {
            publish("math.square", embed("[" + canvas("chain", "{}", NEXT, LAST) + "]", "null", "null", "null"));

            run();

            Message next = only();
            assertThat(next.header("task")).isEqualTo("py.next");
            assertThat(next.body().toUtf8()).contains("\"chain\":[{\"task\":\"py.last\"");
        }

        @Test
        @DisplayName("R11.8 is not sent after a failure, and whoever waits for any part of it is told")
        void tellsAllWhoWaitForIt() throws InterruptedException {
            publish("math.fail", embed("null", "null", "[" + group + "]", "null"));

            run();

            assertThat(playground.messages()).isZero();
            for (String id : List.of("the-next", "the-one", "the-last")) {
                assertThatThrownBy(() -> lovage.result(SQUARE, id).get(Duration.ZERO))
                        .isInstanceOf(TaskFailedException.class)
                        .hasMessageContaining("IllegalStateException: no");
            }
        }

        /**
         * The story: a later step has a link that cannot be sent from here, which is the affair of whoever runs that
         * step. It made telling those who wait fail, and with it the delivery, again and again.
         */
        @Test
        @DisplayName("R11.8 that cannot be read does not keep others from being told")
        void thatCannotBeReadKeepsNobodyFromBeingTold() throws InterruptedException {
            String odd = "{\"task\": \"celery.chord\", \"kwargs\": {\"header\": [" + NEXT + "], \"body\": " + NEXT
                    + "}, \"options\": {}}";
            String step = signature("py.step", "[]", "{\"task_id\": \"the-step\", \"link\": [" + odd + "]}", false);
            String folded = signature("py.fold", "[]", "{\"task_id\": \"the-fold\", \"chain\": [" + odd + "]}", false);
            publish("math.fail", embed("null", "null", "[" + LAST + ", " + folded + ", " + step + "]", "null"));

            run();

            assertThat(runs).hasValue(0);
            assertThat(playground.messages()).isZero();
            for (String id : List.of("the-step", "the-fold", "the-last")) {
                assertThatThrownBy(() -> lovage.result(SQUARE, id).get(Duration.ZERO))
                        .isInstanceOf(TaskFailedException.class)
                        .hasMessageContaining("IllegalStateException: no");
            }
        }

        @Test
        void thatIsAChainHasItsIdAtItsEnd() throws InterruptedException {
            String end = signature("py.last", "[]", "{}", false);
            publish(
                    "math.square",
                    embed("[" + canvas("chain", "{\"task_id\": \"mine\"}", NEXT, end) + "]", "null", "null", "null"));

            run();

            assertThat(only().body().toUtf8()).contains("\"options\":{\"task_id\":\"mine\"}");
        }

        @Test
        void thatIsAChordIsLeftAloneWhereNobodyCountsItsMembers() throws InterruptedException {
            String chord = "{\"task\": \"celery.chord\", \"kwargs\": {\"header\": " + group + ", \"body\": " + LAST
                    + "}, \"options\": {\"task_id\": \"the-group\"}}";
            publish("math.square", embed("null", "null", "[" + chord + "]", "null"));

            run();

            assertThat(runs).hasValue(0);
            assertThat(playground.deadLetters())
                    .extracting(DeadLetter::reason)
                    .containsExactly("unsupported: the message carries a chord, whose members result backend 'memory'"
                            + " does not count");
        }
    }

    /** What cannot be done from here is not begun: the message is kept whole, for whoever can. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"task\": \"celery.group\", \"subtask_type\": \"group\"} | a nested group without tasks",
                "{\"task\": \"celery.chain\"} | a nested chain without tasks",
                "{\"task\": \"celery.group\", \"options\": {\"link\": [1]}} | a nested group with option link",
                "{\"task\": \"celery.chord\"} | a nested chord without a body",
                "{\"task\": \"x\", \"options\": {\"task_id\": 5}} | option task_id is not a string",
                "{\"task\": \"x\", \"options\": {\"eta\": \"soon\"}} | option eta is not a time in ISO-8601",
                "{\"task\": \"x\", \"options\": {\"link\": [3]}} | body: option link is something else, not a map",
            })
    void whatCannotBeSentIsToldBeforeTheTaskRuns(String link, String why) throws InterruptedException {
        publish("math.square", embed("[" + link + "]", "null", "null", "null"));

        run();

        assertThat(runs).hasValue(0);
        assertThat(playground.deadLetters())
                .extracting(DeadLetter::reason)
                .containsExactly("unsupported: the message carries " + why);
    }

    @Test
    void aChordIsLeftAloneWhereNobodyCountsItsMembers() throws InterruptedException {
        publish("math.square", embed("null", "null", "null", NEXT));

        run();

        assertThat(playground.deadLetters())
                .extracting(DeadLetter::reason)
                .containsExactly(
                        "unsupported: the message carries a chord, whose members result backend 'memory' does not"
                                + " count");
    }
}
