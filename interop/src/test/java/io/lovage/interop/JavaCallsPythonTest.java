package io.lovage.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lovage.Arguments;
import io.lovage.AsyncResult;
import io.lovage.Signature;
import io.lovage.Task;
import io.lovage.TaskFailedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A Lovage client calls tasks of a Celery worker. */
@ParameterizedClass
@EnumSource(Wiring.class)
class JavaCallsPythonTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final MixedSystem system;

    JavaCallsPythonTest(Wiring wiring) {
        this.system = MixedSystem.of(wiring).withPythonWorker();
    }

    @Test
    void andGetsTheResult() throws Exception {
        assertThat(system.java().send(system.call("py.add", 1, 2, 39)).get(LIMIT))
                .isEqualTo(42L);
        assertThat(system.java().send(system.call("py.noop")).get(LIMIT)).isNull();
    }

    @Test
    void withArgumentsByPositionAndByName() throws Exception {
        Arguments both = Arguments.of(1, "two").and("three", 3);
        assertThat(system.java().send(system.call("py.echo", both)).get(LIMIT))
                .isEqualTo(Map.of("args", List.of(1L, "two"), "kwargs", Map.of("three", 3L)));
    }

    /** A worker of either language sends what follows its tasks. */
    @Test
    void andHasTheResultPassedOnFromOneLanguageToTheOther() throws Exception {
        String sum = UUID.randomUUID().toString();
        String end = UUID.randomUUID().toString();
        Signature<Arguments, Object> product = system.callJava("java.mul", 10)
                .link(system.call("py.add", 2, 40).id(end));
        AsyncResult<Object> first = system.java()
                .send(system.call("py.add", 1, 2)
                        .link(product)
                        .link(system.callJava("java.add", 4).id(sum)));

        assertThat(first.get(LIMIT)).isEqualTo(3L);
        assertThat(result(sum)).isEqualTo(7L);
        assertThat(result(end)).isEqualTo(72L);
    }

    @Test
    void andHasItsWorkerTakeTheOptionsOfWhatFollows() throws Exception {
        String end = UUID.randomUUID().toString();
        system.java()
                .send(system.call("py.add", 1, 2)
                        .link(system.callJava("java.request")
                                .id(end)
                                .delay(Duration.ofMillis(100))
                                .expiresIn(Duration.ofMinutes(5))
                                .softTimeLimit(Duration.ofMillis(20_500))
                                .hardTimeLimit(Duration.ofSeconds(30))
                                .compressed()
                                .header("x-trace", "abc")));

        assertThat(String.valueOf(result(end))).contains("x-trace=abc", "timelimit=[30, 20.5]", "compression=");
    }

    @Test
    void andHasAFailurePassedOnFromOneLanguageToTheOther() throws Exception {
        String seenByJava = UUID.randomUUID().toString();
        String seenByPython = UUID.randomUUID().toString();
        String failed = system.java()
                .send(system.call("py.fail", "bad")
                        .linkError(system.callJava("java.echo").id(seenByJava)))
                .id();
        String failedInJava = system.java()
                .send(system.callJava("java.fail", "bad")
                        .linkError(system.call("py.echo").id(seenByPython)))
                .id();

        assertThat(result(seenByJava)).isEqualTo(Map.of("args", List.of(failed), "kwargs", Map.of()));
        assertThat(result(seenByPython)).isEqualTo(Map.of("args", List.of(failedInJava), "kwargs", Map.of()));
    }

    private @Nullable Object result(String id) throws InterruptedException {
        return system.java().result(Task.untyped("any"), id).get(LIMIT);
    }

    @Test
    void andSeesTheFailureWithItsTraceback() {
        TaskFailedException error = catchThrowableOfType(
                TaskFailedException.class,
                () -> system.java().send(system.call("py.fail", "bad")).get(LIMIT));
        assertThat(error.type()).isEqualTo("ValueError");
        assertThat(error.failure()).isEqualTo("bad");
        assertThat(error.remoteTrace()).contains("Traceback", "raise ValueError(message)");
    }
}
