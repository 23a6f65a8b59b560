package io.lovage.internal.worker;

import static io.lovage.internal.client.Playground.SQUARE;
import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.Lovage;
import io.lovage.Signature;
import io.lovage.TaskHandler;
import io.lovage.internal.client.Playground;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A failed task leaves a trace: its result, or else a line in the log, which is where the tests' logger writes. */
class FailureLogTest {
    private final Playground playground = new Playground();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream original = System.err;

    FailureLogTest() {
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void close() {
        System.setErr(original);
        playground.close();
    }

    private List<String> logged(
            Lovage lovage, Signature<Integer, Integer> task, TaskHandler<Integer, Integer> handler) {
        lovage.send(task.id("the-id"));
        lovage.worker().handle(SQUARE, handler).manual().runAll();
        return written.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("the-id"))
                .toList();
    }

    private static int fail() {
        throw new IllegalStateException("the password is 1234");
    }

    @Test
    void aFailureWhoseResultIsIgnoredIsLoggedOnceWithoutItsText() {
        List<String> lines = logged(playground.lovage(), SQUARE.with(3).ignoreResult(), (x, context) -> fail());

        assertThat(lines).hasSize(1);
        assertThat(lines.get(0))
                .contains("WARN", "task math.square the-id failed with IllegalStateException")
                .doesNotContain("1234");
    }

    @Test
    void aFailureThatNoBackendKeepsIsLogged() {
        Lovage lovage =
                Lovage.builder().broker("memory://").results("disabled://").build();
        try (lovage) {
            assertThat(logged(lovage, SQUARE.with(3), (x, context) -> fail())).hasSize(1);
        }
    }

    @Test
    void aFailureThatIsStoredIsNot() {
        assertThat(logged(playground.lovage(), SQUARE.with(3), (x, context) -> fail()))
                .isEmpty();
    }

    @Test
    void anErrorIsLoggedAlthoughItIsStored() {
        List<String> lines = logged(playground.lovage(), SQUARE.with(3), (x, context) -> {
            throw new NoClassDefFoundError("com/example/Missing");
        });

        assertThat(lines).hasSize(1);
        assertThat(lines.get(0)).contains("task math.square the-id threw java.lang.NoClassDefFoundError");
    }
}
