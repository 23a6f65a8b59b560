package io.lovage.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A Celery client calls tasks of a Java worker. */
@ParameterizedClass
@EnumSource(Wiring.class)
class PythonCallsJavaTest {
    private final Python python;

    PythonCallsJavaTest(Wiring wiring) {
        this.python = MixedSystem.of(wiring).python();
    }

    @Test
    void andGetsTheResult() {
        assertThat(python.run("send('java.add', 1, 2, 39).get(timeout=30)")).isEqualTo(42);
        assertThat(python.run("send('java.noop').get(timeout=30)")).isNull();
    }

    @Test
    void withArgumentsByPositionAndByName() {
        assertThat(python.run("send('java.mul', 6, 7).get(timeout=30)")).isEqualTo(42);
        assertThat(python.run("send('java.mul', x=6, y=7).get(timeout=30)")).isEqualTo(42);
        assertThat(python.run("send('java.mul', 6, y=7).get(timeout=30)")).isEqualTo(42);
        assertThat(python.run("send('java.echo', 1, 'two', three=3).get(timeout=30)"))
                .isEqualTo(Map.of("args", List.of(1, "two"), "kwargs", Map.of("three", 3)));
    }

    @Test
    void andSeesTheFailureAsAnExceptionOfItsName() {
        PythonError error =
                catchThrowableOfType(PythonError.class, () -> python.run("send('java.fail', 'bad').get(timeout=30)"));
        assertThat(error.type()).isEqualTo("IllegalStateException");
        assertThat(error.text()).isEqualTo("bad");
    }
}
