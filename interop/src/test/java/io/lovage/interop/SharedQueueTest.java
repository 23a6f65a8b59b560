package io.lovage.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.testservers.VictimProcess;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** One Java and one Python worker take from one queue, and one of them dies. */
@ParameterizedClass
@EnumSource(
        value = Wiring.class,
        names = {"RABBITMQ_WITH_RPC", "REDIS_WITH_REDIS"})
class SharedQueueTest {
    private static final int SLOTS = 2;
    private static final int MANY = 10_000;
    private static final int HOUR = 3_600;
    private static final int SECOND = 1;
    /** What two slots may have finished in the moment before both hold a task. */
    private static final int MOST_UNSETTLED = 10;

    @TempDir
    private Path path;

    private final Wiring wiring;

    SharedQueueTest(Wiring wiring) {
        this.wiring = wiring;
    }

    @Test
    void tenThousandTasksRunOnceEach() throws Exception {
        try (SharedQueue queue = new SharedQueue(wiring, path);
                VictimProcess java = queue.javaWorker(SLOTS);
                Python python = queue.pythonWorker(SLOTS, HOUR)) {
            SharedFolder folder = queue.folder();
            folder.holdWhatBegins();
            queue.send(0, MANY);
            folder.awaitHeld(SLOTS, SLOTS);
            folder.release();
            folder.awaitRan(MANY);
            // what one of them had not settled would come back to the queue
            assertThat(SharedQueue.ended(List.of(java, python.process()))).isTrue();

            assertThat(folder.ran()).hasSize(MANY).doesNotHaveDuplicates();
            assertThat(queue.waiting()).isZero();
            // on Redis whoever is quicker takes more; what it began with each has run
            assertThat(folder.ran(SharedFolder.JAVA)).hasSizeGreaterThanOrEqualTo(SLOTS);
            assertThat(folder.ran(SharedFolder.PYTHON)).hasSizeGreaterThanOrEqualTo(SLOTS);
        }
    }

    @Test
    void nothingIsLostWhenEitherWorkerIsKilled() throws Exception {
        int middle = MANY / 2;
        try (SharedQueue queue = new SharedQueue(wiring, path);
                VictimProcess java = queue.javaWorker(SLOTS);
                Python python = queue.pythonWorker(SLOTS, HOUR)) {
            SharedFolder folder = queue.folder();
            killHalfWay(queue, java, 0, middle);
            try (VictimProcess successor = queue.javaWorker(SLOTS)) {
                folder.awaitRan(middle);
                killHalfWay(queue, python.process(), middle, MANY);
                folder.awaitAbandoned(SharedFolder.PYTHON);
                // over Redis it is this one that brings back what the killed one held, as it starts
                try (Python rescuer = queue.pythonWorker(SLOTS, SECOND)) {
                    folder.awaitRan(MANY);
                    assertThat(SharedQueue.ended(List.of(successor, rescuer.process())))
                            .isTrue();
                }
            }
            assertThat(queue.waiting()).isZero();
            assertThat(folder.ranTwice())
                    .as("what a killed worker had run and not yet settled")
                    .hasSizeLessThanOrEqualTo(2 * MOST_UNSETTLED);
        }
    }

    /** Sends calls, and kills the worker while each of its slots holds one. */
    private static void killHalfWay(SharedQueue queue, VictimProcess victim, int begin, int end)
            throws InterruptedException {
        SharedFolder folder = queue.folder();
        int middle = (begin + end) / 2;
        queue.send(begin, middle);
        folder.awaitRan(begin + (middle - begin) / 2);
        // both hold, or the faster one could leave nothing to the other
        folder.holdWhatBegins();
        queue.send(middle, end);
        folder.awaitHeld(SLOTS, SLOTS);
        victim.kill();
        folder.release();
    }
}
