package io.lovage.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a Celery client composes of tasks of both languages. */
@ParameterizedClass
@EnumSource(Wiring.class)
class CanvasTest {
    private final Python python;

    CanvasTest(Wiring wiring) {
        this.python = MixedSystem.of(wiring).withPythonWorker().python();
    }

    @Test
    void aChainOfJavaSteps() {
        assertThat(python.run("(java('java.add', 2, 3) | java('java.mul', 4) | java('java.add', 1))().get(timeout=30)"))
                .isEqualTo(21);
    }

    @Test
    void aChainThroughBothLanguages() {
        assertThat(python.run(
                        "(java('java.add', 2, 3) | python('py.mul', 4) | java('java.add', 1) | python('py.mul', 2))()"
                                + ".get(timeout=30)"))
                .isEqualTo(42);
        assertThat(python.run(
                        "(python('py.add', 2, 3) | java('java.mul', 4) | python('py.add', 1) | java('java.mul', 2))()"
                                + ".get(timeout=30)"))
                .isEqualTo(42);
    }

    @Test
    void aStepThatDoesNotWantTheResultBeforeIt() {
        assertThat(python.run("(java('java.noop') | java('java.add', 20, 22).set(immutable=True))().get(timeout=30)"))
                .isEqualTo(42);
    }

    @Test
    void aChainEndsWithTheFailureOfAStep() {
        PythonError error = catchThrowableOfType(
                PythonError.class,
                () -> python.run("(java('java.fail', 'no way') | python('py.mul', 4) | java('java.add', 1))()"
                        + ".get(timeout=30)"));
        assertThat(error.type()).isEqualTo("IllegalStateException");
        assertThat(error.text()).isEqualTo("no way");
    }

    @Test
    void aLinkFromJavaToPythonAndBack() {
        assertThat(python.run("""
                next = python('py.mul', 10)
                last = next.freeze()
                java('java.add', 2, 3).apply_async(link=next)
                last.get(timeout=30)
                """)).isEqualTo(50);
        assertThat(python.run("""
                next = java('java.mul', 10)
                last = next.freeze()
                python('py.add', 2, 3).apply_async(link=next)
                last.get(timeout=30)
                """)).isEqualTo(50);
    }

    @Test
    void anErrbackGetsTheIdOfTheTaskThatFailed() {
        assertThat(python.run("""
                handler = python('py.echo')
                last = handler.freeze()
                failed = java('java.fail', 'x').apply_async(link_error=handler)
                last.get(timeout=30) == {'args': [failed.id], 'kwargs': {}}
                """)).isEqualTo(true);
    }

    @Test
    void aGroupOfBothLanguages() {
        assertThat(python.run("group(java('java.add', 1, 1), python('py.add', 2, 2), java('java.mul', 3, 2))()"
                        + ".get(timeout=30)"))
                .isEqualTo(List.of(2, 4, 6));
    }

    @Test
    void aGroupAsTheEndOfAChain() {
        assertThat(python.run("""
                end = group(java('java.mul', 10), python('py.mul', 20))
                (java('java.add', 1, 1) | end)().get(timeout=30)
                """)).isEqualTo(List.of(20, 40));
        assertThat(python.run("""
                end = group(java('java.mul', 10) | python('py.add', 5), python('py.mul', 20) | java('java.add', 5))
                (python('py.add', 1, 1) | java('java.add', 1) | end)().get(timeout=30)
                """)).isEqualTo(List.of(35, 65));
    }

    @Test
    void aChainAsALink() {
        assertThat(python.run("""
                next = java('java.mul', 10) | python('py.add', 1) | java('java.add', 1)
                last = next.freeze()
                java('java.add', 2, 3).apply_async(link=next)
                last.get(timeout=30)
                """)).isEqualTo(52);
    }

    @Test
    void aFailureBeforeAGroupEndsAllOfIt() {
        PythonError error = catchThrowableOfType(PythonError.class, () -> python.run("""
                        end = group(java('java.noop'), python('py.noop'))
                        (java('java.fail', 'early') | end)().get(timeout=30)
                        """));
        assertThat(error.text()).isEqualTo("early");
    }

    @Test
    void theNextStepHasTheOneBeforeItAsParent() {
        assertThat(python.run("""
                first = java('java.noop')
                result = (first | java('java.request').set(immutable=True))()
                seen = result.get(timeout=30)
                [seen['parent_id'] == result.parent.id, seen['root_id'] == result.parent.id]
                """)).isEqualTo(List.of(true, true));
    }
}
