package io.lovage.benchmarks.work;

import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Numbered;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts by number which tasks of a run were seen: one bit for each, so that what is missing and what comes twice is
 * known and not guessed. Thread-safe.
 */
public final class Ledger {
    /** How long nothing new comes before a run ends: what is missing then is lost. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(5);

    /** The same before the first task: whoever takes may have to join a group. */
    private static final Duration LONGEST_BEGINNING = Duration.ofSeconds(60);

    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int BITS = 6;

    private volatile Run run = new Run(0, 0);
    private long next;

    private static final class Run {
        private final LongAdder duplicates = new LongAdder();
        private final long first;
        private final int tasks;
        private final long[] seen;
        private final CountDownLatch left;

        Run(long first, int tasks) {
            this.first = first;
            this.tasks = tasks;
            this.seen = new long[(tasks >> BITS) + 1];
            this.left = new CountDownLatch(tasks);
        }
    }

    /** Begins a run of so many tasks; answers the number of its first one. By one thread. */
    public long begin(int tasks) {
        if (next + tasks > Numbered.COUNT) {
            next = 0;
        }
        long first = next;
        next += tasks;
        run = new Run(first, tasks);
        return first;
    }

    /** This task was seen. */
    public void saw(Chunk chunk) {
        saw(Numbered.number(chunk));
    }

    /** The task with this number was seen. One of an earlier run comes late, and so again. */
    public void saw(long number) {
        Run now = run;
        long index = number - now.first;
        if (index < 0 || index >= now.tasks) {
            now.duplicates.increment();
            return;
        }
        long bit = 1L << index;
        long before = (long) WORDS.getAndBitwiseOr(now.seen, (int) (index >> BITS), bit);
        if ((before & bit) == 0) {
            now.left.countDown();
        } else {
            now.duplicates.increment();
        }
    }

    /** How many were seen at least once. */
    public int seen() {
        Run now = run;
        return now.tasks - (int) now.left.getCount();
    }

    /** Whether every task was seen. */
    public boolean isComplete() {
        return run.left.getCount() == 0;
    }

    /** Returns when every task was seen, or nothing new for some seconds. */
    public void await() throws InterruptedException {
        Run now = run;
        int before = seen();
        long silent = 0;
        while (!now.left.await(1, TimeUnit.SECONDS)) {
            int after = seen();
            silent = after == before ? silent + 1 : 0;
            before = after;
            if (silent >= (after == 0 ? LONGEST_BEGINNING : LONGEST_SILENCE).toSeconds()) {
                return;
            }
        }
    }

    /** What became of the tasks so far. */
    public Tally tally() {
        Run now = run;
        return new Tally(now.tasks, now.left.getCount(), now.duplicates.sum());
    }
}
