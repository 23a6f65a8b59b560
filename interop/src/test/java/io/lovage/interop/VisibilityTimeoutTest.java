package io.lovage.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.testservers.VictimProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Celery's visibility timeout on Redis: it takes tasks from Python workers that run them, and none from Java workers.
 */
class VisibilityTimeoutTest {
    private static final int HOUR = 3_600;
    private static final int SECOND = 1;
    private static final int FEW = 20;

    @TempDir
    private Path path;

    /** A Python worker that starts gives to others what somebody has held for longer than its own timeout. */
    @Test
    void aPythonWorkerWithAShortVisibilityTimeoutStealsNoTaskOfJava() throws InterruptedException {
        try (SharedQueue queue = new SharedQueue(Wiring.REDIS_WITH_REDIS, path)) {
            SharedFolder folder = queue.folder();
            folder.holdWhatBegins();
            try (VictimProcess java = queue.javaWorker(1);
                    Python python = queue.pythonWorker(1, HOUR)) {
                queue.send(0, FEW);
                folder.awaitHeld(1, 1);
                folder.awaitAbandoned(SharedFolder.PYTHON);
                try (Python thief = queue.pythonWorker(1, SECOND)) {
                    // the control: it does steal, from Python
                    folder.awaitHeld(1, 2);
                    assertThat(folder.held(SharedFolder.PYTHON))
                            .containsOnly(folder.held(SharedFolder.PYTHON).get(0));
                    folder.release();
                    folder.awaitRan(FEW);
                    assertThat(SharedQueue.ended(List.of(java, python.process(), thief.process())))
                            .isTrue();
                }
            }
            assertThat(folder.ranTwice()).isEqualTo(Set.copyOf(folder.held(SharedFolder.PYTHON)));
            assertThat(queue.waiting()).isZero();
        }
    }
}
