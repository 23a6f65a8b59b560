package io.lovage.benchmarks.latency;

import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Numbered;
import io.lovage.benchmarks.workload.Workload;
import io.lovage.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A line whose tasks take the time they are told to take, by a clock that belongs to the test. */
final class ManualLine implements Line {
    private static final Numbered TASKS = new Numbered(Workload.PAYLOAD_BYTES);

    /** What becomes of the task with this number. */
    interface Fate {
        void of(long number, ManualLine line) throws Exception;
    }

    private final ManualClock clock;
    private final Handling handling;
    private final Fate fate;
    private final List<Long> sentAt = new ArrayList<>();
    private CompletionStage<?> confirm = CompletableFuture.completedFuture(null);

    ManualLine(ManualClock clock, Handling handling, Fate fate) {
        this.clock = clock;
        this.handling = handling;
        this.fate = fate;
    }

    /** Each task is run so long after it was sent. */
    static Fate after(Duration wait) {
        return (number, line) -> line.runAfter(wait, number);
    }

    void runAfter(Duration wait, long number) {
        var unused = clock.after(wait, () -> run(number));
    }

    private void run(long number) {
        try {
            handling.run(TASKS.chunk(number));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The sender is held up for so long. */
    void holdUp(Duration time) {
        clock.advance(time);
    }

    /** The broker refuses what is sent now. */
    void refuse(String why) {
        confirm = CompletableFuture.failedFuture(new IllegalStateException(why));
    }

    /** When each task was sent, in milliseconds. */
    List<Double> sentAtMillis() {
        return sentAt.stream().map(nanos -> nanos / 1e6).toList();
    }

    @Override
    public CompletionStage<?> send(Chunk chunk) throws Exception {
        sentAt.add(clock.nanoTime());
        confirm = CompletableFuture.completedFuture(null);
        fate.of(Numbered.number(chunk), this);
        return confirm;
    }

    @Override
    public void check() {
        // the test looks itself
    }

    @Override
    public void close() {
        // nothing is open
    }
}
