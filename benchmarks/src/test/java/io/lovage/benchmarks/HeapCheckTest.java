package io.lovage.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.benchmarks.report.HeapFigures;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HeapCheckTest {
    @Test
    @Timeout(120)
    @DisplayName("R10.7 the heap does not grow with the tasks that are done")
    void theHeapDoesNotGrowWithTheTasksThatAreDone() throws Exception {
        HeapFigures figures = HeapCheck.measure(100_000);
        assertThat(figures.flat()).as("%s", figures).isTrue();
    }

    @Test
    @Tag("long")
    @Timeout(600)
    @DisplayName("R10.7 a million queued tasks drain without the heap growing with the number already done")
    void aMillionQueuedTasksDrain() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process check = new ProcessBuilder(
                        java,
                        "-Xmx4g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HeapCheck.class.getName(),
                        "1000000")
                .inheritIO()
                .start();
        assertThat(check.waitFor()).isZero();
    }
}
