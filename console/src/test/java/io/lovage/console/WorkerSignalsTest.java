package io.lovage.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lovage worker} as a process of its own, and what ends it. */
class WorkerSignalsTest {
    private static final int LONG_SECONDS = 30;

    @TempDir
    private Path folder;

    private RunningProcess worker(String task, String grace, String level) throws IOException {
        return RunningProcess.start(folder, Map.of(), MemoryWorkerMain.class, task, grace, level);
    }

    @Test
    void anIdleWorkerEndsWithinFiveSecondsOfTheSignal() throws Exception {
        try (RunningProcess worker = worker("idle", "30", "info")) {
            worker.awaitLine("ready ");
            worker.terminate();
            assertThat(worker.exitCode(5)).isZero();
            assertThat(worker.errors()).contains("stopped: FINISHED; taken 0");
        }
    }

    @Test
    void aRunningTaskFinishesWithinTheGraceAndASecondSignalLosesNothing() throws Exception {
        try (RunningProcess worker = worker("until.input", "60", "info")) {
            worker.awaitLine("running");
            worker.terminate();
            worker.terminate();
            worker.process().getOutputStream().write('x');
            worker.process().getOutputStream().flush();
            worker.awaitLine("finished");
            assertThat(worker.exitCode(LONG_SECONDS)).isZero();
            assertThat(worker.errors()).contains("stopped: FINISHED; taken 1, succeeded 1");
        }
    }

    @Test
    void theExitCodeSaysThatATaskWasInterrupted() throws Exception {
        try (RunningProcess worker = worker("until.interrupted", "0.1", "info")) {
            worker.awaitLine("running");
            worker.terminate();
            assertThat(worker.exitCode(LONG_SECONDS)).isEqualTo(ExitCode.STOPPED_BY_INTERRUPT);
        }
    }

    @Test
    void theExitCodeSaysThatATaskWasLeft() throws Exception {
        try (RunningProcess worker = worker("for.ever", "0.1", "info")) {
            worker.awaitLine("running");
            worker.terminate();
            worker.awaitLine("not interested");
            assertThat(worker.exitCode(LONG_SECONDS)).isEqualTo(ExitCode.STOPPED_WITH_TASKS_LEFT);
        }
    }

    @Test
    void theLogGoesToStderrAtTheLevelThatWasAskedFor() throws Exception {
        try (RunningProcess worker = worker("idle", "30", "error")) {
            worker.awaitLine("ready ");
            worker.terminate();
            assertThat(worker.exitCode(LONG_SECONDS)).isZero();
            assertThat(worker.errors()).isEmpty();
            assertThat(worker.out().lines()).isEmpty();
        }
    }
}
