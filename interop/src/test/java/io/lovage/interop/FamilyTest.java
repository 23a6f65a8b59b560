package io.lovage.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tasks that are sent by tasks of the other language know where they come from. */
@ParameterizedClass
@EnumSource(value = Wiring.class, names = ".*_WITH_REDIS", mode = EnumSource.Mode.MATCH_ALL)
class FamilyTest {
    private static final String GENERATIONS = """
            family = AsyncResult(seen['child'], app=app).get(timeout=30)
            [seen['id'] == seen['root'], family['parent_id'] == seen['id'], family['root_id'] == seen['root']]
            """;

    private final Python python;

    FamilyTest(Wiring wiring) {
        this.python = MixedSystem.of(wiring).withPythonWorker().python();
    }

    @Test
    void aTaskOfJavaSentByOneOfPython() {
        assertThat(python.run(
                        "seen = python('py.spawn', 'java.request', []).apply_async().get(timeout=30)\n" + GENERATIONS))
                .isEqualTo(List.of(true, true, true));
    }

    @Test
    void aTaskOfPythonSentByOneOfJava() {
        assertThat(python.run("seen = send('java.spawn', 'py.request').get(timeout=30)\n" + GENERATIONS))
                .isEqualTo(List.of(true, true, true));
    }
}
