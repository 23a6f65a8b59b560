package io.lovage.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.testservers.VictimProcess;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What waits is taken in the order that the sender's language means, on both brokers. */
@ParameterizedClass
@EnumSource(
        value = Wiring.class,
        names = {"RABBITMQ_WITH_RPC", "REDIS_WITH_REDIS"})
class PriorityTest {
    private static final List<Integer> MIXED = List.of(3, 9, 0, 6);
    private static final List<Integer> HIGH_FIRST = List.of(9, 6, 3, 0);
    private static final List<Integer> LOW_FIRST = List.of(0, 3, 6, 9);

    @TempDir
    private Path path;

    private final Wiring wiring;

    PriorityTest(Wiring wiring) {
        this.wiring = wiring;
    }

    @Test
    void ofTheOtherLanguageAreKept() throws InterruptedException {
        try (SharedQueue queue = new SharedQueue(wiring, path)) {
            SharedFolder folder = queue.folder();
            queue.sendFromPythonByPriority(MIXED);
            try (VictimProcess java = queue.javaWorker(1)) {
                folder.awaitRan(MIXED.size());
                assertThat(SharedQueue.ended(List.of(java))).isTrue();
            }
            // Celery counts the other way round on Redis
            assertThat(folder.ran(SharedFolder.JAVA)).isEqualTo(wiring.rabbit() ? HIGH_FIRST : LOW_FIRST);

            queue.sendFromJavaByPriority(MIXED);
            try (Python python = queue.pythonWorkerByPriority()) {
                folder.awaitRanIn(SharedFolder.PYTHON, MIXED.size());
                assertThat(folder.ran(SharedFolder.PYTHON)).isEqualTo(HIGH_FIRST);
                assertThat(python.process().isAlive()).isTrue();
            }
        }
    }
}
