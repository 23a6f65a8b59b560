package io.lovage.internal.worker;

import static io.lovage.internal.client.Playground.SQUARE;
import static io.lovage.internal.client.Playground.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.Arguments;
import io.lovage.HandlerOptions;
import io.lovage.Lovage;
import io.lovage.RetryPolicy;
import io.lovage.Task;
import io.lovage.TaskHandler;
import io.lovage.Worker;
import io.lovage.internal.client.Playground;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The fields are those that Celery 5.2.6 was seen to send. */
class EventsTest {
    private static final Task<Arguments, Object> UNKNOWN = Task.untyped("nobody.knows");

    private final Playground playground = new Playground();
    private final Lovage lovage = playground.lovage();
    private final Operator operator = new Operator(playground);

    @AfterEach
    void close() {
        playground.close();
    }

    private Worker.Builder worker(TaskHandler<Integer, Integer> handler) {
        return lovage.worker().name("java@host").concurrency(1).handle(SQUARE, handler);
    }

    private JsonNode await(String type) {
        waitUntil(() -> operator.types().contains(type));
        return operator.events().stream()
                .filter(event -> event.get("type").asString().equals(type))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aWorkerSaysThatItComesThatItIsThereAndThatItGoes() {
        Worker worker = worker((x, context) -> x).start();
        playground.clock.advance(Duration.ofSeconds(5));
        worker.stop(Duration.ZERO);
        playground.clock.advance(Duration.ofSeconds(5));

        assertThat(operator.types())
                .containsExactly("worker-online", "worker-heartbeat", "worker-heartbeat", "worker-offline");
        JsonNode online = operator.events().get(0);
        assertThat(online.propertyNames())
                .containsExactly(
                        "hostname",
                        "utcoffset",
                        "pid",
                        "clock",
                        "freq",
                        "active",
                        "processed",
                        "loadavg",
                        "sw_ident",
                        "sw_ver",
                        "sw_sys",
                        "timestamp",
                        "type");
        assertThat(online.get("hostname").asString()).isEqualTo("java@host");
        assertThat(online.get("freq").asDouble()).isEqualTo(2.0);
        assertThat(online.get("loadavg").size()).isEqualTo(3);
        assertThat(operator.events())
                .extracting(event -> event.get("clock").asLong())
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(operator.eventMessages().get(0).headers()).containsExactly(Map.entry("hostname", "java@host"));
        assertThat(operator.eventMessages().get(0).properties().persistent()).isFalse();
    }

    @Test
    void withoutBeingAskedForItTellsNothingOfTasks() throws InterruptedException {
        worker((x, context) -> x * x).start();

        lovage.send(SQUARE, 2).get(Playground.SOON);

        playground.clock.advance(Duration.ofSeconds(2));
        assertThat(operator.types()).containsExactly("worker-online", "worker-heartbeat");
    }

    @Test
    void aTaskThatSucceedsIsReceivedStartedAndSucceeded() throws InterruptedException {
        worker((x, context) -> x * x).taskEvents(true).start();

        String id = lovage.send(SQUARE, 3).id();

        JsonNode succeeded = await("task-succeeded");
        assertThat(operator.ofTasks().map(event -> event.get("type").asString()))
                .containsExactly("task-received", "task-started", "task-succeeded");
        assertThat(await("task-received").propertyNames())
                .containsExactly(
                        "hostname",
                        "utcoffset",
                        "pid",
                        "clock",
                        "uuid",
                        "name",
                        "args",
                        "kwargs",
                        "root_id",
                        "parent_id",
                        "retries",
                        "eta",
                        "expires",
                        "timestamp",
                        "type");
        assertThat(await("task-received").get("args").asString()).isEqualTo("(3,)");
        assertThat(succeeded.get("uuid").asString()).isEqualTo(id);
        assertThat(succeeded.get("result").asString()).isEqualTo("9");
        assertThat(succeeded.get("runtime").isNumber()).isTrue();
    }

    @Test
    void whoHearsOfTheEndFindsTheResult() {
        worker((x, context) -> x * x).taskEvents(true).start();

        String id = lovage.send(SQUARE, 3).id();
        await("task-succeeded");

        assertThat(lovage.result(SQUARE, id).state().name()).isEqualTo("SUCCESS");
    }

    @Test
    void aRetryAndAFailureTellTheExceptionAndItsTrace() {
        lovage.worker()
                .name("java@host")
                .taskEvents(true)
                .handle(
                        SQUARE,
                        HandlerOptions.ofDefaults()
                                .retry(RetryPolicy.builder()
                                        .maxRetries(1)
                                        .fixedDelay(Duration.ZERO)
                                        .build()),
                        (x, context) -> {
                            throw new IllegalStateException("it's broken");
                        })
                .start();

        lovage.send(SQUARE, 3);

        JsonNode failed = await("task-failed");
        assertThat(operator.ofTasks().map(event -> event.get("type").asString()))
                .containsExactly(
                        "task-received",
                        "task-started",
                        "task-retried",
                        "task-received",
                        "task-started",
                        "task-failed");
        assertThat(await("task-retried").get("exception").asString())
                .isEqualTo("IllegalStateException('it\\'s broken')");
        assertThat(failed.get("exception").asString()).isEqualTo("IllegalStateException('it\\'s broken')");
        assertThat(failed.get("traceback").asString()).contains("EventsTest");
    }

    @Test
    void anExpiredAndAnUnknownTaskHaveNoStart() {
        worker((x, context) -> x).taskEvents(true).start();
        lovage.send(SQUARE.with(1).id("expired").expiresIn(Duration.ofNanos(1)));
        lovage.send(UNKNOWN.with(Arguments.none()).id("unknown"));

        JsonNode revoked = await("task-revoked");
        JsonNode failed = await("task-failed");

        assertThat(revoked.get("uuid").asString()).isEqualTo("expired");
        assertThat(revoked.get("expired").asBoolean()).isTrue();
        assertThat(revoked.get("terminated").asBoolean()).isFalse();
        assertThat(revoked.get("signum").isNull()).isTrue();
        assertThat(failed.get("exception").asString()).isEqualTo("NotRegistered('nobody.knows')");
        assertThat(operator.types()).doesNotContain("task-started");
    }

    @Test
    void nothingIsLostOfManyTasksThatAreToldTogether() {
        worker((x, context) -> x).prefetch(500).taskEvents(true).start();

        lovage.sendAll(IntStream.range(0, 300).mapToObj(SQUARE::with).toList());

        waitUntil(
                () -> operator.types().stream().filter("task-succeeded"::equals).count() == 300);
        assertThat(operator.ofTasks()).hasSize(900);
        assertThat(operator.ofTasks().map(event -> event.get("clock").asLong())).doesNotHaveDuplicates();
    }

    @Test
    void anOperatorSwitchesThemOnAndOff() throws InterruptedException {
        worker((x, context) -> x).start();

        assertThat(operator.ask("enable_events", Map.of()).toString()).contains("task events enabled");
        assertThat(operator.ask("enable_events", Map.of()).toString()).contains("already enabled");
        lovage.send(SQUARE, 1);
        await("task-succeeded");
        operator.ask("disable_events", Map.of());
        lovage.send(SQUARE, 2).get(Playground.SOON);
        operator.send("heartbeat", Map.of(), Map.of());

        await("worker-heartbeat");
        assertThat(operator.types().stream().filter("task-received"::equals)).hasSize(1);
        assertThat(List.of("worker-online")).isSubsetOf(operator.types());
    }
}
