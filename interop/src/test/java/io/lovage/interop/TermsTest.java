package io.lovage.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lovage.AsyncResult;
import io.lovage.TaskFailedException;
import io.lovage.spi.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
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

    @Test
    void aCountdownFromPythonIsWaitedFor() {
        assertThat(python.run("""
                import time
                begin = time.time()
                java('java.noop').apply_async(countdown=2).get(timeout=30)
                time.time() - begin >= 2
                """)).isEqualTo(true);
    }

    @Test
    void anEtaOfAnyZoneIsWaitedFor() {
        assertThat(python.run("""
                import time
                begin = time.time()
                zone = datetime.timezone(datetime.timedelta(hours=-7))
                eta = datetime.datetime.now(zone) + datetime.timedelta(seconds=1.5)
                java('java.noop').apply_async(eta=eta).get(timeout=30)
                time.time() - begin >= 1.5
                """)).isEqualTo(true);
    }

    @Test
    void aDelayFromJavaIsWaitedFor() throws Exception {
        Instant begin = Instant.now();
        assertThat(system.java()
                        .send(system.call("py.add", 1, 2).delay(Duration.ofSeconds(2)))
                        .get(LIMIT))
                .isEqualTo(3L);
        assertThat(Duration.between(begin, Instant.now())).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void whatHasExpiredIsRevokedByJava() {
        PythonError error = catchThrowableOfType(PythonError.class, () -> python.run("""
                past = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=5)
                java('java.noop').apply_async(headers={'expires': past.isoformat()}).get(timeout=30)
                """));
        assertThat(error.type()).isEqualTo("TaskRevokedError");
        assertThat(error.text()).isEqualTo("expired");
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
    void compressedBodiesAreRead() {
        assertThat(python.run(
                        "java('java.echo', 'x' * 10000).apply_async(compression='gzip').get(timeout=30)['args'][0]"
                                + " == 'x' * 10000"))
                .isEqualTo(true);
        assertThat(python.run("java('java.add', 1, 2).apply_async(compression='zlib').get(timeout=30)"))
                .isEqualTo(3);
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

    @Test
    void theSoftTimeLimitOfTheMessageHolds() {
        PythonError ours = catchThrowableOfType(
                PythonError.class,
                () -> python.run("java('java.slow', 20).apply_async(soft_time_limit=1).get(timeout=30)"));
        assertThat(ours.type()).isEqualTo("SoftTimeLimitExceeded");
        TaskFailedException theirs = catchThrowableOfType(
                TaskFailedException.class,
                () -> system.java()
                        .send(system.call("py.slow", 20).softTimeLimit(Duration.ofSeconds(1)))
                        .get(LIMIT));
        assertThat(theirs.type()).isEqualTo("SoftTimeLimitExceeded");
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
