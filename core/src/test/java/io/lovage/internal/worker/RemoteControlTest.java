package io.lovage.internal.worker;

import static io.lovage.internal.client.Playground.QUEUE;
import static io.lovage.internal.client.Playground.SQUARE;
import static io.lovage.internal.client.Playground.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.TaskFailedException;
import io.lovage.TaskHandler;
import io.lovage.Worker;
import io.lovage.internal.client.Playground;
import io.lovage.spi.Bytes;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.QueueSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the operator asks is what Celery's command line sends; the shapes of the answers are those of its workers. */
class RemoteControlTest {
    private static final String NODE = "java@host";

    private final Playground playground = new Playground();
    private final Playground.Connection connection = playground.connect();
    private final Lovage lovage = connection.lovage();
    private final Operator operator = new Operator(playground);
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);

    @AfterEach
    void close() {
        gate.countDown();
        playground.close();
    }

    private Worker.Builder worker(TaskHandler<Integer, Integer> handler) {
        return lovage.worker().name(NODE).concurrency(1).prefetch(3).handle(SQUARE, handler);
    }

    private Worker.Builder gated() {
        return worker((x, context) -> {
            begun.countDown();
            gate.await();
            return x * x;
        });
    }

    private JsonNode ask(String method) {
        return ask(method, Map.of());
    }

    private JsonNode ask(String method, Map<String, ?> arguments) {
        return operator.ask(method, arguments).get(NODE);
    }

    @Nested
    class Asking {
        @Test
        void pingIsAnsweredWithTheTicketAndALaterClock() {
            worker((x, context) -> x).start();

            assertThat(operator.ask("ping", Map.of()))
                    .isEqualTo(Operator.json(Bytes.utf8("{\"java@host\": {\"ok\": \"pong\"}}")));

            assertThat(operator.lastAnswer().header("ticket")).isEqualTo("ticket-of-ping");
            assertThat(operator.lastAnswer().header("clock"))
                    .isInstanceOfSatisfying(
                            Long.class, clock -> assertThat(clock).isGreaterThan(41));
            assertThat(operator.lastAnswer().properties().persistent()).isFalse();
        }

        @Test
        void whatRunsIsActiveAndWhatWaitsIsReserved() throws InterruptedException {
            gated().start();
            String first = lovage.send(SQUARE, 2).id();
            begun.await();
            String second = lovage.send(SQUARE, 3).id();
            waitUntil(() -> ask("reserved").size() == 1);

            JsonNode active = ask("active").get(0);
            JsonNode reserved = ask("reserved").get(0);

            assertThat(active.propertyNames())
                    .containsExactly(
                            "id",
                            "name",
                            "args",
                            "kwargs",
                            "type",
                            "hostname",
                            "time_start",
                            "acknowledged",
                            "delivery_info",
                            "worker_pid");
            assertThat(active.get("id").asString()).isEqualTo(first);
            assertThat(active.get("args").toString()).isEqualTo("[2]");
            assertThat(active.get("time_start").asDouble())
                    .isEqualTo((double) playground.clock.now().getEpochSecond());
            assertThat(active.get("delivery_info").get("routing_key").asString())
                    .isEqualTo(QUEUE);
            assertThat(reserved.get("id").asString()).isEqualTo(second);
            assertThat(reserved.get("time_start").isNull()).isTrue();
            JsonNode found = ask("query_task", Map.of("ids", List.of(first, second, "unknown")));
            assertThat(found.get(first).get(0).asString()).isEqualTo("active");
            assertThat(found.get(second).get(0).asString()).isEqualTo("reserved");
            assertThat(found.has("unknown")).isFalse();
            assertThat(ask("active", Map.of("safe", true)).get(0).get("args").asString())
                    .isEqualTo("(2,)");
        }

        @Test
        void tasksQueuesAndCountsAreTold() throws InterruptedException {
            worker((x, context) -> x * x).start();
            lovage.send(SQUARE, 2).get(Playground.SOON);

            assertThat(ask("registered").toString()).isEqualTo("[\"math.square\"]");
            assertThat(ask("scheduled").toString()).isEqualTo("[]");
            assertThat(ask("active_queues").get(0).get("name").asString()).isEqualTo(QUEUE);
            assertThat(ask("active_queues").get(0).get("exchange").get("type").asString())
                    .isEqualTo("direct");
            JsonNode stats = ask("stats");
            assertThat(stats.get("total").toString()).isEqualTo("{\"math.square\":1}");
            assertThat(stats.get("pool").get("max-concurrency").asInt()).isEqualTo(1);
            assertThat(stats.get("prefetch_count").asInt()).isEqualTo(3);
        }

        @Test
        void unknownMethodsAreAnsweredInTheWordsOfCelerysWorkers() {
            worker((x, context) -> x).start();

            assertThat(ask("no_such").toString()).isEqualTo("{\"error\":\"KeyError('no_such')\"}");
        }

        @Test
        void whatLovageHasNotIsRefusedByName() {
            worker((x, context) -> x).start();

            for (String method : List.of(
                    "rate_limit",
                    "time_limit",
                    "pool_grow",
                    "autoscale",
                    "pool_restart",
                    "conf",
                    "report",
                    "memdump",
                    "election")) {
                assertThat(ask(method, Map.of("task_name", "math.square"))
                                .get("error")
                                .asString())
                        .startsWith("Lovage has no ");
            }
        }

        @Test
        void argumentsThatMakeNoSenseAreAnsweredWithAnError() {
            worker((x, context) -> x).start();

            assertThat(ask("revoke", Map.of("task_id", List.of(7))).has("error"))
                    .isTrue();
            assertThat(ask("add_consumer", Map.of("queue", "a b")).get("error").asString())
                    .contains("'a b' is not allowed");
        }
    }

    @Nested
    class NotForUs {
        @Test
        void otherDestinationsPatternsAndWhatHasExpiredAreIgnoredAndCounted() {
            worker((x, context) -> x).start();
            operator.send("ping", Map.of(), Map.of("destination", List.of("other@host")));
            operator.send("ping", Map.of(), Map.of("pattern", "other@*", "matcher", "glob"));
            operator.send("ping", Map.of(), Map.of("pattern", ".*", "matcher", "pcre"));
            operator.send(
                    Map.of("expires", operator.expiryIn(-120)),
                    Bytes.utf8("{\"method\": \"shutdown\", \"arguments\": {}}"));

            JsonNode own = ask("stats").get("lovage");

            assertThat(own.get("control_ignored").asInt()).isEqualTo(4);
            assertThat(operator.answers()).isEqualTo(1);
        }

        @Test
        void ourNameAndItsPatternsReachUs() {
            worker((x, context) -> x).start();

            operator.send("ping", Map.of(), Map.of("destination", List.of("other@host", NODE)));
            operator.send("ping", Map.of(), Map.of("pattern", "j?va@*", "matcher", "glob"));

            waitUntil(() -> operator.answers() == 2);
            assertThat(operator.answers()).isEqualTo(2);
        }

        @Test
        void garbageIsCountedAndStopsNobody() {
            worker((x, context) -> x).start();
            for (String garbage : List.of(
                    "", "[]", "null", "{", "\u0000", "{\"method\": 7}", "{\"arguments\": {}}", "[[[[", "{\"a\": NaN")) {
                operator.send(Map.of(), Bytes.utf8(garbage));
            }
            operator.send("revoke", Map.of(), Map.of("arguments", "none", "reply_to", "nowhere"));
            operator.send("ping", Map.of(), Map.of("reply_to", Map.of("exchange", "a b", "routing_key", "#")));

            JsonNode own = ask("stats").get("lovage");

            assertThat(own.get("control_unreadable").asInt()).isEqualTo(10);
            assertThat(ask("ping").get("ok").asString()).isEqualTo("pong");
        }
    }

    @Nested
    class Revoking {
        @Test
        void aTaskThatHasNotBegunIsRevoked() throws InterruptedException {
            gated().start();
            AsyncResult<Integer> first = lovage.send(SQUARE, 2);
            begun.await();
            AsyncResult<Integer> second = lovage.send(SQUARE, 3);

            assertThat(ask("revoke", Map.of("task_id", second.id())).get("ok").asString())
                    .isEqualTo("tasks " + second.id() + " flagged as revoked");
            gate.countDown();

            assertThat(first.get(Playground.SOON)).isEqualTo(4);
            assertThatThrownBy(() -> second.get(Playground.SOON))
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageContaining("revoked");
            assertThat(ask("revoked").toString()).isEqualTo("[\"" + second.id() + "\"]");
        }

        @Test
        void aHandlerThatRunsSeesItAndEndsItsTaskByThrowing() {
            Worker worker = worker((x, context) -> {
                        begun.countDown();
                        waitUntil(context::isRevoked);
                        throw new IllegalStateException("stops, since " + context.id() + " is revoked");
                    })
                    .start();
            AsyncResult<Integer> result = lovage.send(SQUARE, 2);
            waitUntil(() -> begun.getCount() == 0);

            JsonNode answer = ask("revoke", Map.of("task_id", List.of(result.id()), "terminate", true));

            assertThat(answer.get("error").asString()).contains("terminate is not supported", "isRevoked()");
            assertThatThrownBy(() -> result.get(Playground.SOON)).hasMessageContaining("terminated");
            waitUntil(() -> worker.stats().revoked() == 1);
            assertThat(worker.stats().failed()).isZero();
        }

        @Test
        void anIdIsForgottenAfterThreeHours() throws InterruptedException {
            worker((x, context) -> x * x).start();
            ask("revoke", Map.of("task_id", "later"));

            playground.clock.advance(Duration.ofHours(3));

            assertThat(lovage.send(SQUARE.with(3).id("later")).get(Playground.SOON))
                    .isEqualTo(9);
            assertThat(ask("revoked").toString()).isEqualTo("[]");
        }

        @Test
        void workersTellEachOtherWhatWasRevoked() {
            worker((x, context) -> x).start();
            ask("revoke", Map.of("task_id", "mine"));

            JsonNode answer = ask(
                    "hello",
                    Map.of("from_node", "celery@python", "revoked", Map.of("theirs", List.of(12.5, "theirs"))));

            assertThat(answer.get("revoked").propertyNames()).containsExactlyInAnyOrder("mine", "theirs");
            assertThat(answer.get("revoked").get("mine").isFloatingPointNumber())
                    .as("Celery takes nothing but a float")
                    .isTrue();
            assertThat(answer.get("clock").asLong()).isGreaterThan(41);
            assertThat(ask("hello", Map.of("from_node", NODE)).isNull()).isTrue();
        }
    }

    @Nested
    class Changing {
        @Test
        void aQueueIsAddedAndCancelledAgainWhileTheWorkerRuns() throws InterruptedException {
            worker((x, context) -> x * x).start();

            assertThat(ask("add_consumer", Map.of("queue", "other")).get("ok").asString())
                    .isEqualTo("add consumer other");
            assertThat(lovage.send(SQUARE.with(3).queue("other")).get(Playground.SOON))
                    .isEqualTo(9);
            assertThat(ask("cancel_consumer", Map.of("queue", "other"))
                            .get("ok")
                            .asString())
                    .isEqualTo("no longer consuming from other");

            assertThat(ask("active_queues").size()).isEqualTo(1);
            lovage.send(SQUARE.with(4).queue("other"));
            lovage.send(SQUARE.with(5)).get(Playground.SOON);
            playground.clock.advance(Watchdog.INTERVAL.multipliedBy(3));
            assertThat(connection.memory().admin().stats(QueueSpec.of("other")).ready())
                    .hasValue(1);
            assertThat(ask("cancel_consumer", Map.of("queue", "other")).has("error"))
                    .isTrue();
        }

        @Test
        void whatRunsFromACancelledQueueIsFinished() throws InterruptedException {
            Worker worker = gated().start();
            AsyncResult<Integer> result = lovage.send(SQUARE, 7);
            begun.await();

            ask("cancel_consumer", Map.of("queue", QUEUE));
            playground.clock.advance(Watchdog.INTERVAL.multipliedBy(3));
            gate.countDown();

            assertThat(result.get(Playground.SOON)).isEqualTo(49);
            assertThat(worker.stop(Playground.SOON)).isEqualTo(Worker.Shutdown.FINISHED);
            assertThat(worker.stats().leaseLost()).isZero();
        }

        @Test
        void shutdownLetsRunningTasksFinish() throws InterruptedException {
            Worker worker = gated().start();
            AsyncResult<Integer> result = lovage.send(SQUARE, 7);
            begun.await();

            operator.send("shutdown", Map.of(), Map.of());
            gate.countDown();

            assertThat(worker.awaitStopped()).isEqualTo(Worker.Shutdown.FINISHED);
            assertThat(result.get(Playground.SOON)).isEqualTo(49);
        }

        @Test
        void aWorkerWithoutRemoteControlHearsAndSaysNothing() throws InterruptedException {
            AtomicBoolean revoked = new AtomicBoolean(true);
            worker((x, context) -> {
                        revoked.set(context.isRevoked());
                        return x;
                    })
                    .remoteControl(false)
                    .start();
            operator.send("shutdown", Map.of(), Map.of());
            operator.send("ping", Map.of(), Map.of());

            assertThat(lovage.send(SQUARE, 1).get(Playground.SOON)).isEqualTo(1);

            assertThat(revoked).isFalse();
            assertThat(operator.answers()).isZero();
            assertThat(operator.events()).isEmpty();
        }
    }

    @Test
    void aNameThatCannotBePartOfAKeyIsRefused() {
        for (String bad : List.of("", "a b", "a@b@c", "@host", "name@", "#@host", "x".repeat(130))) {
            assertThatThrownBy(() -> worker((x, context) -> x).name(bad).start())
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("name or name@host");
        }
    }
}
