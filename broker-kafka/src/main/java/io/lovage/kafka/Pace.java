package io.lovage.kafka;

import io.lovage.kafka.KafkaOptions.Profile;
import io.lovage.kafka.KafkaOptions.TakeOptions;
import java.time.Duration;

/**
 * Whether a consumer takes in batches or one by one. A batch is fast, and its next one comes only when all of it is
 * settled: a task that takes long would hold back all others. So it begins with batches; a task that runs for longer
 * than {@link #BOUND} makes it change to lanes of one record each; many short tasks in a row make it change back, later
 * each time that this was wrong. Not thread-safe.
 */
final class Pace {
    /** How long a task may hold back others of its batch. */
    static final Duration BOUND = Duration.ofSeconds(1);

    /** How long a batch may take; others could take from it what still waits. */
    static final Duration LONGEST_BATCH = Duration.ofSeconds(30);

    /** How many records of a batch there are for each delivery that may be in hand. */
    private static final int RECORDS_EACH = 10;

    /** With this many records each, a batch of tasks that are this short is over within half of the bound. */
    private static final Duration SHORT = BOUND.dividedBy(2L * RECORDS_EACH);

    private static final int SHORT_IN_A_ROW = 100;
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(10);
    private static final Duration LONGEST_PATIENCE = Duration.ofMinutes(10);
    /** Batches that went well for so long were right. */
    private static final Duration PROVEN = Duration.ofMinutes(1);

    private final TakeOptions options;
    private final int prefetch;
    private boolean batches;
    private long changedAt;
    private int shortInARow;
    private Duration patience = FIRST_PATIENCE;

    Pace(TakeOptions options, int prefetch, long now) {
        this.options = options;
        this.prefetch = prefetch;
        this.batches = options.profile() != Profile.LANE;
        this.changedAt = now;
    }

    boolean takesBatches() {
        return batches;
    }

    /** About how many records a batch has. */
    int batch() {
        return (int) Math.max(1, Math.min(options.batch(), (long) prefetch * RECORDS_EACH));
    }

    /** How many lanes of one record there are at most. */
    int lanes() {
        return Math.min(options.lanes(), prefetch);
    }

    /** Whether a batch that does not end changes anything. */
    boolean isWatched() {
        return options.profile() == Profile.AUTO;
    }

    /** A task, or a batch, took longer than it may. */
    void tooSlow(long now) {
        if (batches && isWatched()) {
            batches = false;
            patience = now - changedAt > PROVEN.toNanos() ? FIRST_PATIENCE : longer();
            changedAt = now;
            shortInARow = 0;
        }
    }

    private Duration longer() {
        Duration twice = patience.multipliedBy(2);
        return twice.compareTo(LONGEST_PATIENCE) < 0 ? twice : LONGEST_PATIENCE;
    }

    /**
     * A task was settled.
     *
     * @return whether batches are right from now on
     */
    boolean settled(long tookNanos, long now) {
        if (batches || !isWatched()) {
            return false;
        }
        shortInARow = tookNanos <= SHORT.toNanos() ? shortInARow + 1 : 0;
        if (shortInARow < SHORT_IN_A_ROW || now - changedAt < patience.toNanos()) {
            return false;
        }
        batches = true;
        changedAt = now;
        return true;
    }
}
