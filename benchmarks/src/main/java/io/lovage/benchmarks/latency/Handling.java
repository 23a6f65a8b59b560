package io.lovage.benchmarks.latency;

import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Numbered;

/** The one handler: waits as long as a task takes, and tells the measurement that there is. Thread-safe. */
final class Handling {
    private final Pace pace;
    private volatile Measurement current = Measurement.NONE;

    Handling(Pace pace) {
        this.pace = pace;
    }

    /** Who is told from now on. */
    void tell(Measurement measurement) {
        current = measurement;
    }

    void run(Chunk chunk) throws InterruptedException {
        Measurement told = current;
        if (told.taskNanos() > 0) {
            pace.until(pace.nanoTime() + told.taskNanos());
        }
        told.ended(Numbered.number(chunk), pace.nanoTime());
    }
}
