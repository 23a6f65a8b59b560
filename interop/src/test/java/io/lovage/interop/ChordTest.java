package io.lovage.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Chords of tasks of both languages: workers of both count the members, in the same keys. */
@ParameterizedClass
@EnumSource(value = Wiring.class, names = ".*_WITH_REDIS", mode = EnumSource.Mode.MATCH_ALL)
class ChordTest {
    private final Python python;

    ChordTest(Wiring wiring) {
        this.python = MixedSystem.of(wiring).withPythonWorker().python();
    }

    @Test
    void aChordOfBothLanguagesWithABodyInPython() {
        assertThat(chord(
                        "[java('java.add', 1, 1), python('py.add', 2, 2), java('java.add', 3, 3)]",
                        "python('py.echo')"))
                .isEqualTo(Map.of("args", List.of(List.of(2, 4, 6)), "kwargs", Map.of()));
    }

    @Test
    void aChordOfBothLanguagesWithABodyInJava() {
        assertThat(chord("[python('py.add', 1, 1), java('java.add', 2, 2)]", "java('java.echo', 'and')"))
                .isEqualTo(Map.of("args", List.of(List.of(2, 4), "and"), "kwargs", Map.of()));
    }

    @Test
    void aChordWhoseMemberInJavaFails() {
        PythonError error = catchThrowableOfType(
                PythonError.class,
                () -> chord("[java('java.fail', 'part'), python('py.add', 2, 2)]", "python('py.echo')"));
        assertThat(error.type()).isIn("ChordError", "IllegalStateException");
        assertThat(error.text()).contains("part");
    }

    @Test
    void aChordOfChains() {
        assertThat(chord(
                        "[java('java.add', 1, 1) | python('py.mul', 10), python('py.add', 2, 2) | java('java.mul', 10)]",
                        "java('java.echo')"))
                .isEqualTo(Map.of("args", List.of(List.of(20, 40)), "kwargs", Map.of()));
    }

    @Test
    void aChordWhoseFirstStepFailsEndsAllTheSame() {
        PythonError error = catchThrowableOfType(
                PythonError.class,
                () -> chord(
                        "[java('java.fail', 'early') | java('java.mul', 10), python('py.add', 1)]",
                        "java('java.echo')"));
        assertThat(error.text()).contains("early");
    }

    @Test
    void aChordWhoseBodyIsAChain() {
        assertThat(chord(
                        "[python('py.add', 1, 1), java('java.add', 2, 2)]",
                        "java('java.echo') | python('py.echo', 'end')"))
                .isEqualTo(Map.of(
                        "args",
                        List.of(Map.of("args", List.of(List.of(2, 4)), "kwargs", Map.of()), "end"),
                        "kwargs",
                        Map.of()));
    }

    /** The worker of the step before it begins the chord. */
    @Test
    void aChordInsideAChain() {
        assertThat(python.run("""
                header = group(java('java.mul', 10), python('py.mul', 20), java('java.mul', 30))
                (java('java.add', 1, 1) | header | python('py.echo'))().get(timeout=30)['args']
                """)).isEqualTo(List.of(List.of(20, 40, 60)));
        assertThat(python.run("""
                header = group(java('java.mul', 10) | python('py.mul', 2), python('py.mul', 20) | java('java.mul', 2))
                whole = python('py.add', 1, 1) | java('java.add', 0) | header | java('java.echo') | python('py.echo')
                whole().get(timeout=30)['args'][0]['args']
                """)).isEqualTo(List.of(List.of(40, 80)));
    }

    @Test
    void aFailureBeforeAChordEndsAllOfIt() {
        PythonError error = catchThrowableOfType(PythonError.class, () -> python.run("""
                        header = group(java('java.noop'), python('py.noop'))
                        (java('java.fail', 'early') | header | java('java.echo') | python('py.echo'))().get(timeout=30)
                        """));
        assertThat(error.text()).isEqualTo("early");
    }

    private @Nullable Object chord(String members, String body) {
        return python.run("chord(" + members + ")(" + body + ").get(timeout=30)");
    }
}
