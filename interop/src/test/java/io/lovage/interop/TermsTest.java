package io.lovage.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lovage.AsyncResult;
import io.lovage.TaskFailedException;
import io.lovage.spi.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** When, how long and under which headers a task of the other language runs. */
@ParameterizedClass
@EnumSource(Wiring.class)
class TermsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final MixedSystem system;
    private final Python python;

    TermsTest(Wiring wiring) {
        this.system = MixedSystem.of(wiring).withPythonWorker();
        this.python = system.python();
    }

    /** All of them at a time, since each of them waits. */
    @Test
    void whatIsToStartLaterIsWaitedForInBothDirections() throws Exception {
        Instant begin = Instant.now();
        AsyncResult<Object> delayed =
                system.java().send(system.call("py.add", 1, 2).delay(Duration.ofSeconds(2)));
        assertThat(python.run("""
                import time
                begin = time.time()
                counted = java('java.request').apply_async(countdown=2)
                zone = datetime.timezone(datetime.timedelta(hours=-7))
                eta = datetime.datetime.now(zone) + datetime.timedelta(seconds=1.5)
                due = java('java.request').apply_async(eta=eta)
                [due.get(timeout=30)['now'] >= eta.timestamp(), counted.get(timeout=30)['now'] >= begin + 2]
                """)).isEqualTo(List.of(true, true));
        assertThat(delayed.get(LIMIT)).isEqualTo(3L);
        assertThat(Duration.between(begin, Instant.now())).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    }

    /** As an option RabbitMQ would hear of it, too, and drop the message before any worker sees it. */
    @Test
    void whatHasExpiredIsRevokedByJava() {
        String expired = system.wiring().rabbit() ? "headers={'expires': past.isoformat()}" : "expires=past";
        assertThat(python.run("""
                past = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=5)
                expired = java('java.noop').apply_async(%s)
                raised = expired.get(timeout=30, propagate=False)
                [type(raised).__name__, str(raised), expired.state]
                """.formatted(expired))).isEqualTo(List.of("TaskRevokedError", "expired", "REVOKED"));
    }

    @Test
    void whatHasExpiredIsRevokedByPython() {
        TaskFailedException error = catchThrowableOfType(
                TaskFailedException.class,
                () -> system.java()
                        .send(system.call("py.noop").expiresAt(Instant.now().minusSeconds(5)))
                        .get(LIMIT));
        assertThat(error.state()).isEqualTo(TaskState.REVOKED);
        assertThat(error.failure()).isEqualTo("expired");
    }

    @Test
    void whatHasNotExpiredRuns() throws Exception {
        assertThat(python.run("java('java.add', 1).apply_async(expires=60).get(timeout=30)"))
                .isEqualTo(1);
        assertThat(system.java()
                        .send(system.call("py.add", 1).expiresIn(Duration.ofMinutes(1)))
                        .get(LIMIT))
                .isEqualTo(1L);
    }

    @Test
    void compressedBodiesAreReadInBothDirections() throws Exception {
        assertThat(python.run(
                        "java('java.echo', 'x' * 10000).apply_async(compression='gzip').get(timeout=30)['args'][0]"
                                + " == 'x' * 10000"))
                .isEqualTo(true);
        assertThat(python.run("java('java.add', 1, 2).apply_async(compression='zlib').get(timeout=30)"))
                .isEqualTo(3);
        String large = "x".repeat(10_000);
        assertThat(system.java()
                        .send(system.call("py.echo", large).compressed())
                        .get(LIMIT))
                .isEqualTo(Map.of("args", List.of(large), "kwargs", Map.of()));
    }

    @Test
    void headersOfOnesOwnArriveInBothDirections() throws Exception {
        assertThat(python.run(
                        "java('java.request').apply_async(headers={'x-trace': 'abc', 'n': 5, 'deep': {'a': [1, None]}})"
                                + ".get(timeout=30)['headers']"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("x-trace", "abc")
                .containsEntry("n", 5)
                .containsKey("deep");
        Object seen = system.java()
                .send(system.call("py.request").header("trace", "abc").header("n", 5L))
                .get(LIMIT);
        assertThat(String.valueOf(seen)).contains("trace=abc", "n=5", "lang=java");
    }

    @Test
    void anIgnoredResultIsNotStored() throws Exception {
        assertThat(python.run("""
                ignored = java('java.noop').apply_async(ignore_result=True)
                send('java.noop').get(timeout=30)
                ignored.state
                """)).isEqualTo("PENDING");
        AsyncResult<Object> ignored = system.java().send(system.call("py.noop").ignoreResult());
        assertThat(system.java().send(system.call("py.add", 1)).get(LIMIT)).isEqualTo(1L);
        assertThat(ignored.state()).isEqualTo(TaskState.PENDING);
    }

    /** All of them at a time, since each of them waits. */
    @Test
    void theTimeLimitsOfTheMessageHoldInBothDirections() {
        AsyncResult<Object> soft = system.java().send(system.call("py.slow", 60).softTimeLimit(Duration.ofSeconds(1)));
        AsyncResult<Object> hard = system.java().send(system.call("py.slow", 60).hardTimeLimit(Duration.ofSeconds(1)));
        assertThat(python.run("""
                def failure(result):
                    raised = result.get(timeout=30, propagate=False)
                    return [type(raised).__name__, list(raised.args), result.state]

                soft = java('java.slow', 60).apply_async(soft_time_limit=1)
                hard = java('java.slow', 60).apply_async(time_limit=1)
                [failure(soft), failure(hard)]
                """))
                .isEqualTo(List.of(
                        List.of("SoftTimeLimitExceeded", List.of(), "FAILURE"),
                        List.of("TimeLimitExceeded", List.of(1), "FAILURE")));
        assertThat(failure(soft).type()).isEqualTo("SoftTimeLimitExceeded");
        assertThat(failure(hard).type()).isEqualTo("TimeLimitExceeded");
        assertThat(failure(hard).failure()).isEqualTo("1");
    }

    private static TaskFailedException failure(AsyncResult<?> result) {
        return catchThrowableOfType(TaskFailedException.class, () -> result.get(LIMIT));
    }

    @Test
    void whatAPythonTaskSeesOfACallFromJava() throws Exception {
        AsyncResult<Object> result = system.java().send(system.call("py.request", 1, "two"));
        Object seen = result.get(LIMIT);
        Map<?, ?> request = seen instanceof Map<?, ?> map ? map : Map.of();
        assertThat(request.get("id")).isEqualTo(result.id());
        assertThat(request.get("root_id")).isEqualTo(result.id());
        assertThat(request.get("parent_id")).isNull();
        assertThat(request.get("lang")).isEqualTo("java");
        assertThat(request.get("argsrepr")).isEqualTo("(1, 'two')");
        assertThat(request.get("timelimit")).isEqualTo(Arrays.asList(null, null));
        assertThat(request.get("retries")).isEqualTo(0L);
    }
}
