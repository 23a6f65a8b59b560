package io.lovage.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lovage.Arguments;
import io.lovage.TaskFailedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
