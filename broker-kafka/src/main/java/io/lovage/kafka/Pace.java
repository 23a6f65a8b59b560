package io.lovage.kafka;

import io.lovage.kafka.KafkaOptions.Profile;
import io.lovage.kafka.KafkaOptions.TakeOptions;
import java.time.Duration;

/**
 * Whether a consumer takes in batches or one by one. A batch is fast, and its next one comes only when all of it is
 * settled: a task that takes long would hold back all others. So it begins with batches; a task that runs for longer
 * than {@link #BOUND} makes it change to lanes of one record each; many short tasks in a row make it change back, later
 * each time that this was wrong.
 *
 * <p>A worker that dies counts a delivery for all that it has taken. What was handed out before may be what killed the
 * last one: in batches it would take its neighbours along, and all of them would come to the delivery limit, most
 * without having run (rules R7.2 and R7.4). So it is taken one by one, and with one lane only, until something new was
 * survived or it has taken too long. What a batch is refused for goes back to the end of the queue, and comes again
 * after all that waits there: that it comes late does not mean that batches were right, so each time batches come back
 * later, unless they went well for an hour. A queue whose messages are handed out just once is never taken in batches.
 * Not thread-safe.
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
    /** After what was handed out before: it happens to healthy tasks too, whose workers were stopped. */
    private static final Duration CAUTION = Duration.ofSeconds(2);

    private static final Duration LONGEST_PATIENCE = Duration.ofMinutes(10);
    /** Batches that went well for so long were right. */
    private static final Duration PROVEN = Duration.ofMinutes(1);
    /** The same, after what was handed out before. */
    private static final Duration FORGOTTEN = Duration.ofHours(1);

    private final TakeOptions options;
    private final int prefetch;
    private final boolean mayChange;
    private boolean batches;
    private long changedAt;
    private int shortInARow;
    private int width;
    private boolean wasAgain;
    private boolean survivedOne;
    private long firstSurvivedAt;
    private Duration patience = Duration.ZERO;

    /** {@code deliveryLimit}: how often a message may be handed out. */
    Pace(TakeOptions options, int prefetch, int deliveryLimit, long now) {
        this.options = options;
        this.prefetch = prefetch;
        this.mayChange = options.profile() == Profile.AUTO && deliveryLimit > 1;
        this.batches = options.profile() == Profile.BATCH || mayChange;
        this.width = mostLanes();
        this.changedAt = now;
    }

    boolean takesBatches() {
        return batches;
    }

    /** About how many records a batch has. */
    int batch() {
        return (int) Math.max(1, Math.min(options.batch(), (long) prefetch * RECORDS_EACH));
    }

    /** How many lanes of one record there may be now. */
    int lanes() {
        return width;
    }

    /** Whether it takes with fewer lanes than it may have, for caution. */
    boolean isNarrow() {
        return !batches && width < mostLanes();
    }

    private int mostLanes() {
        return Math.min(options.lanes(), prefetch);
    }

    /** Whether a batch that does not end changes anything. */
    boolean isWatched() {
        return mayChange;
    }

    /** A task, or a batch, took longer than it may. */
    void tooSlow(long now) {
        if (oneByOne(mostLanes(), FIRST_PATIENCE, now)) {
            wasAgain = false;
        }
    }

    /** A batch has something that was handed out before. */
    void handedOutAgain(long now) {
        if (oneByOne(1, CAUTION, now)) {
            wasAgain = true;
        }
    }

    private boolean oneByOne(int lanes, Duration first, long now) {
        if (!batches || !isWatched()) {
            return false;
        }
        Duration proven = wasAgain ? FORGOTTEN : PROVEN;
        batches = false;
        width = lanes;
        patience = now - changedAt > proven.toNanos() ? first : longer(first);
        changedAt = now;
        shortInARow = 0;
        survivedOne = false;
        return true;
    }

    private Duration longer(Duration first) {
        Duration twice = patience.multipliedBy(2);
        Duration bounded = twice.compareTo(LONGEST_PATIENCE) < 0 ? twice : LONGEST_PATIENCE;
        return bounded.compareTo(first) > 0 ? bounded : first;
    }

    /** A task runs for as long as others may be held back, and has killed nobody. */
    void survivedForLong() {
        width = mostLanes();
    }

    /**
     * A task was settled.
     *
     * @param again whether it was handed out before
     * @return whether there may be more lanes, or batches, from now on
     */
    boolean settled(long tookNanos, boolean again, long now) {
        if (batches || !isWatched()) {
            return false;
        }
        shortInARow = tookNanos <= SHORT.toNanos() && !again ? shortInARow + 1 : 0;
        boolean wider = mayBeWider(again, now);
        if (shortInARow >= SHORT_IN_A_ROW && now - changedAt >= patience.toNanos()) {
            batches = true;
            changedAt = now;
            return true;
        }
        return wider;
    }

    private boolean mayBeWider(boolean again, long now) {
        if (width == mostLanes()) {
            return false;
        }
        if (!survivedOne) {
            survivedOne = true;
            firstSurvivedAt = now;
        }
        if (again && now - firstSurvivedAt < CAUTION.toNanos()) {
            return false;
        }
        width = mostLanes();
        return true;
    }
}
