package io.lovage.kafka;

import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a lane has in hand, and until when; its part of the invariants stands in {@link Lane}. What has been settled
 * waits here until the lane's thread takes it out. Thread-safe; nobody else is called while its lock is held, except
 * the clock and {@link Summons}.
 */
final class Holds {
    /** How long settlements wait. */
    enum Haste {
        USUAL(5, 0),
        /** Each settlement makes a place for what waits: those that come while others are sent go together anyway. */
        SHORT_OF_PLACES(0, 0),
        /** There are others to be asked for when all of these are settled. */
        MORE_WAITS(20, 2);

        private final Duration linger;
        private final Duration patience;

        /** For each other in a batch that is not finished, and when it is finished, for somebody who wants the next. */
        Haste(int lingerMillis, int patienceMillis) {
            this.linger = Duration.ofMillis(lingerMillis);
            this.patience = Duration.ofMillis(patienceMillis);
        }
    }
    /** Of a lock: the share after which it is renewed. */
    static final int RENEW_AT = 3;

    /** Of a lock: what must be left of it while a renewal waits for a lost record to be over. */
    private static final int LAST_MOMENT = 4;

    /** What the lane's thread has to do. */
    enum Work {
        RENEW,
        COMMIT,
        /** There is an alarm for what comes next. */
        NOTHING
    }

    /** When the locks of what has come are over: not before {@code deadline}, and by {@code over} for sure. */
    record Term(long deadline, long over) {}

    /** What is taken out to be given back, and what stays and is renewed. */
    record Leaving(List<Hold> settled, Set<Place> renewing) {
        boolean isEmpty() {
            return settled.isEmpty() && renewing.isEmpty();
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final TimeSource time;
    private final boolean renews;
    private final Runnable nudge;
    /* guarded by lock */
    private final Map<Place, Hold> held = new LinkedHashMap<>();
    private Duration lockTime;
    private long deadline;
    private long surelyOver;
    private Haste haste = Haste.USUAL;

    private long commitAt;
    private long batches;
    /** How many of those in hand are being settled, and how many are lost. */
    private int settling;

    private int lost;
    private TimeSource.@Nullable Timer expiry;
    private TimeSource.@Nullable Timer alarm;

    Holds(TimeSource time, boolean renews, Duration lockTime, Runnable nudge) {
        this.time = time;
        this.renews = renews;
        this.lockTime = lockTime;
        this.nudge = nudge;
    }

    // ---- from any thread ----

    /** Whether the lease of this delivery still runs, by our own clock. */
    boolean has(KafkaDelivery delivery) {
        lock.lock();
        try {
            Hold hold = find(delivery);
            return hold != null && !hold.lost && endOf(hold) - time.nanoTime() > 0;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Hold find(KafkaDelivery delivery) {
        Hold hold = held.get(delivery.place());
        return hold != null && hold.delivery == delivery ? hold : null;
    }

    private long endOf(Hold hold) {
        return hold.abandoned ? hold.ends : deadline;
    }

    /**
     * Puts a settlement down.
     *
     * @return false when the lease is lost
     */
    boolean settle(KafkaDelivery delivery, Acknowledgement how) {
        lock.lock();
        try {
            Hold hold = find(delivery);
            if (hold == null || hold.lost) {
                return false;
            }
            hold.settlement = how;
            settling++;
            if (isSettled()) {
                commitAt = time.nanoTime() + haste.patience.toNanos();
                nudge.run();
            } else if (settling == 1) {
                commitAt = time.nanoTime() + haste.linger.toNanos();
                nudge.run();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    void abandon(KafkaDelivery delivery) {
        lock.lock();
        try {
            Hold hold = find(delivery);
            if (hold != null && !hold.abandoned) {
                hold.abandoned = true;
                hold.ends = deadline;
                hold.over = surelyOver;
                armExpiry();
                nudge.run();
            }
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return held.size();
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        return size() == 0;
    }

    /** The number of the batch that came last. */
    long batch() {
        lock.lock();
        try {
            return batches;
        } finally {
            lock.unlock();
        }
    }

    /** Whether something of this batch is still in hand. */
    boolean isStillAt(long number) {
        lock.lock();
        try {
            return batches == number && !held.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    // ---- for the lane's thread ----

    /** They are in hand from now on. */
    void add(List<KafkaDelivery> deliveries, Term term, Haste haste) {
        lock.lock();
        try {
            batches++;
            boolean first = held.isEmpty();
            deliveries.forEach(delivery -> held.put(delivery.place(), new Hold(delivery)));
            deadline = first || term.deadline() - deadline < 0 ? term.deadline() : deadline;
            surelyOver = first || term.over() - surelyOver > 0 ? term.over() : surelyOver;
            this.haste = haste;
            armExpiry();
            armAlarm();
        } finally {
            lock.unlock();
        }
    }

    /** All in hand was renewed. */
    void renewed(Duration newLockTime, Term term) {
        lock.lock();
        try {
            lockTime = newLockTime;
            deadline = term.deadline();
            surelyOver = term.over();
            armExpiry();
            armAlarm();
        } finally {
            lock.unlock();
        }
    }

    void lockedFor(Duration newLockTime) {
        lock.lock();
        try {
            lockTime = newLockTime;
        } finally {
            lock.unlock();
        }
    }

    Duration lockTime() {
        lock.lock();
        try {
            return lockTime;
        } finally {
            lock.unlock();
        }
    }

    /** Whether something is in hand, and all of it is settled in time. */
    boolean isDone() {
        lock.lock();
        try {
            return settling > 0 && settling == held.size();
        } finally {
            lock.unlock();
        }
    }

    /** What has to be done now. */
    Work work() {
        lock.lock();
        try {
            long now = time.nanoTime();
            if (isRenewalDue(now)) {
                return Work.RENEW;
            }
            if (isCommitDue(now) || held.values().stream().anyMatch(hold -> isToBeForgotten(hold, now))) {
                return Work.COMMIT;
            }
            armAlarm();
            return Work.NOTHING;
        } finally {
            lock.unlock();
        }
    }

    private boolean isRenewalDue(long now) {
        return renews
                && deadline - now > 0
                && now - renewAt() >= 0
                && held.values().stream().anyMatch(Hold::isKept)
                && (deadline - now < lockTime.toNanos() / LAST_MOMENT
                        || held.values().stream().noneMatch(hold -> hold.lost && !isToBeForgotten(hold, now)));
    }

    private long renewAt() {
        return deadline - lockTime.toNanos() / RENEW_AT * (RENEW_AT - 1);
    }

    /** A batch that is not finished collects settlements for a moment. */
    private boolean isCommitDue(long now) {
        return settling > 0 && now - commitAt >= 0;
    }

    /** Whether nothing of what is in hand needs to be waited for. */
    private boolean isSettled() {
        return settling + lost == held.size();
    }

    private boolean isToBeForgotten(Hold hold, long now) {
        return hold.lost && now - (hold.abandoned ? hold.over : surelyOver) >= 0;
    }

    /** Tells of losses, from another thread when the lane's own is stuck. */
    private void armExpiry() {
        cancel(expiry);
        long first = deadline;
        for (Hold hold : held.values()) {
            if (hold.abandoned && !hold.lost && hold.ends - first < 0) {
                first = hold.ends;
            }
        }
        expiry = time.after(Duration.ofNanos(Math.max(0, first - time.nanoTime())), this::expire);
    }

    /** What is past its deadline is lost, whatever the server would still say. From any thread. */
    void expire() {
        List<KafkaDelivery> gone = new ArrayList<>();
        lock.lock();
        try {
            long now = time.nanoTime();
            for (Hold hold : held.values()) {
                if (!hold.lost && endOf(hold) - now <= 0) {
                    hold.lost = true;
                    lost++;
                    settling -= hold.settlement == null ? 0 : 1;
                    gone.add(hold.delivery);
                }
            }
            if (!gone.isEmpty()) {
                nudge.run();
            }
        } finally {
            lock.unlock();
        }
        gone.forEach(KafkaDelivery::lost);
    }

    /** When the lane's thread has to look up by itself. */
    private void armAlarm() {
        cancel(alarm);
        alarm = null;
        if (held.isEmpty()) {
            return;
        }
        long now = time.nanoTime();
        long next = surelyOver;
        for (Hold hold : held.values()) {
            long due = dueOf(hold, now);
            next = due - next < 0 ? due : next;
        }
        alarm = time.after(Duration.ofNanos(Math.max(0, next - now)), nudge);
    }

    private long dueOf(Hold hold, long now) {
        if (hold.lost || hold.abandoned) {
            return hold.abandoned ? hold.over : surelyOver;
        }
        if (hold.settlement != null) {
            return commitAt;
        }
        return renews && deadline - now > 0 ? renewAt() : surelyOver;
    }

    /** Takes out what can be given back; with {@code renewing} also what is lost, and says what is to be renewed. */
    Leaving leave(boolean renewing) {
        List<Hold> leaving = new ArrayList<>();
        Set<Place> staying = new LinkedHashSet<>();
        lock.lock();
        try {
            long now = time.nanoTime();
            for (Hold hold : held.values()) {
                boolean settled = hold.settlement != null && !hold.lost;
                if (settled || isToBeForgotten(hold, now) || (renewing && hold.lost)) {
                    hold.until = deadline;
                    leaving.add(hold);
                } else if (renewing) {
                    staying.add(hold.place());
                }
            }
            leaving.forEach(this::letGo);
        } finally {
            lock.unlock();
        }
        return new Leaving(leaving, staying);
    }

    private void letGo(Hold hold) {
        held.remove(hold.place());
        if (hold.lost) {
            lost--;
        } else if (hold.settlement != null) {
            settling--;
        }
    }

    /** Takes out those that are not held at the server any more. */
    List<KafkaDelivery> drop(Set<Place> places) {
        List<KafkaDelivery> gone = new ArrayList<>();
        lock.lock();
        try {
            for (Place place : places) {
                Hold hold = held.get(place);
                if (hold != null) {
                    letGo(hold);
                    gone.add(hold.delivery);
                }
            }
        } finally {
            lock.unlock();
        }
        return gone;
    }

    /** Takes out everything. */
    List<KafkaDelivery> end() {
        List<KafkaDelivery> rest = new ArrayList<>();
        lock.lock();
        try {
            held.values().forEach(hold -> rest.add(hold.delivery));
            held.clear();
            settling = 0;
            lost = 0;
            cancel(expiry);
            cancel(alarm);
        } finally {
            lock.unlock();
        }
        return rest;
    }

    private static void cancel(TimeSource.@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }
}
