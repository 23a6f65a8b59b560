package io.lovage.kafka;

import io.lovage.spi.BrokerException;
import io.lovage.spi.Settled;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * One share consumer and the one thread that may touch it.
 *
 * A share consumer hands out a batch and gives the next one only after each record of the batch was acknowledged. Its
 * records are locked at the server for a while; late acknowledgements are reported as successes there (decision 1). So
 * the lane keeps the time itself, and these are its invariants:
 *
 *   1. `deadline` is not later than the end of the lock of any record that is held. It is reckoned from a moment before
 *      which no record of the batch can have been acquired: the beginning of a poll that found the client's buffer
 *      empty, or the moment before a renewal was sent.
 *   2. APPLIED is answered only for a commit that returned before `deadline`. From `deadline` on everything held is lost:
 *      a timer tells so, on another thread, since this one may be what is stuck.
 *   3. `surelyOver` is not earlier than the end of the lock. Only then is a lost record released, which the server
 *      refuses or does not need; it is how the client is made to forget it. Releasing it sooner could give it to
 *      somebody else before its lease has ended.
 *   4. Renewing is RENEW for every record that is held and not being settled, then commit, then poll(0), in this order
 *      with nothing between: any other poll may acquire records that nobody looks at while their locks run out. What
 *      does not come back from poll(0) is lost.
 *   5. After a poll that returned nothing the client goes on fetching behind our back, and now and then it does so after
 *      others, too. So an idle lane polls on, or is closed; it rests only after a poll that returned something. What such
 *      a fetch left in the client's buffer is renewed before it is handed out when it may have lain there for long.
 *
 * Fields without a note belong to the lane's thread.
 */
final class Lane {
    private static final Logger log = LoggerFactory.getLogger(Lane.class);
    /** How long settlements of a batch that is not finished wait for each other. */
    private static final Duration LINGER = Duration.ofMillis(5);

    private static final Duration LONGEST_POLL = Duration.ofSeconds(1);
    private static final Duration LONGEST_COMMIT = Duration.ofSeconds(10);
    private static final Duration LEAVING = Duration.ofSeconds(5);
    /** Of a lock: the share after which it is renewed, and the share that a poll may last. */
    private static final int RENEW_AT = 3;

    /** Of a lock: what must be left of it while a renewal waits for a lost record to be over. */
    private static final int LAST_MOMENT = 4;

    private static final int POLL_PART = 10;

    /** Of a lock: the share after which it is looked whether the client's buffer is empty. */
    private static final int UNSURE_AFTER = 6;

    /** Whom the lane works for. */
    interface Owner {
        /** Whether records are wanted now. */
        boolean wants(Lane lane);

        /** Makes deliveries of records that were acquired, in their order. */
        List<KafkaDelivery> deliveries(Lane lane, List<Taken> taken);

        /** They are in hand now. */
        void arrived(Lane lane, List<KafkaDelivery> deliveries);

        /** The lane has less in hand, perhaps nothing. */
        void settled(Lane lane);
    }

    /**
     * How a lane works.
     *
     * @param renews whether leases are kept alive
     * @param lock how long the server locks records, as far as is known before it says so
     */
    record Spec(Owner owner, TimeSource time, boolean renews, Duration lock) {}

    /** A record in hand. */
    private static final class Hold {
        private final KafkaDelivery delivery;
        private @Nullable Acknowledgement settlement;
        private boolean abandoned;
        private boolean lost;
        /* when the lock that was running as it was abandoned is over, at the earliest and at the latest */
        private long ends;
        private long over;

        Hold(KafkaDelivery delivery) {
            this.delivery = delivery;
        }
    }

    private final ShareClient client;
    private final Spec spec;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private Duration lockTime;
    /** When the client's buffer was last known to be empty. */
    private long emptyAt;
    /** Whether the client fetches behind our back. */
    private boolean fetching;

    private boolean begun;
    private long surelyOver;
    private @Nullable BrokerException failure;
    /* guarded by lock */
    private final Map<Place, Hold> held = new LinkedHashMap<>();
    private long deadline;
    private boolean nudged;
    private boolean stopped;
    private boolean quitting;
    private boolean polling;
    private long batches;
    private long lingerUntil;
    /** How many of those in hand are being settled, and how many are lost. */
    private int settling;

    private int lost;
    private TimeSource.@Nullable Timer expiry;
    private TimeSource.@Nullable Timer alarm;

    Lane(ShareClient client, Spec spec) {
        this.client = client;
        this.spec = spec;
        this.lockTime = spec.lock();
    }

    /** Why the lane ended before it was told to. */
    @Nullable
    BrokerException failure() {
        return failure;
    }

    // ---- from any thread ----

    /** Whether the lease of this delivery still runs, by the lane's own clock. */
    boolean holds(KafkaDelivery delivery) {
        lock.lock();
        try {
            Hold hold = held.get(delivery.place());
            return hold != null && hold.delivery == delivery && !hold.lost && isBefore(endOf(hold));
        } finally {
            lock.unlock();
        }
    }

    private long endOf(Hold hold) {
        return hold.abandoned ? hold.ends : deadline;
    }

    private boolean isBefore(long moment) {
        return moment - spec.time().nanoTime() > 0;
    }

    /** Puts a settlement into the lane's mailbox; it ends in {@link KafkaDelivery#settled}. */
    void settle(KafkaDelivery delivery, Acknowledgement how) {
        lock.lock();
        try {
            Hold hold = held.get(delivery.place());
            if (hold != null && hold.delivery == delivery && !hold.lost) {
                hold.settlement = how;
                settling++;
                if (settling == 1) {
                    lingerUntil = spec.time().nanoTime() + LINGER.toNanos();
                }
                if (settling == 1 || isSettled()) {
                    nudge();
                }
                return;
            }
        } finally {
            lock.unlock();
        }
        delivery.settled(Settled.LEASE_LOST);
    }

    void abandon(KafkaDelivery delivery) {
        lock.lock();
        try {
            Hold hold = held.get(delivery.place());
            if (hold != null && hold.delivery == delivery && !hold.abandoned) {
                hold.abandoned = true;
                hold.ends = deadline;
                hold.over = surelyOver;
                armExpiry();
                nudge();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more, and ends when everything in hand is settled. Idempotent. */
    void stop() {
        lock.lock();
        try {
            if (!stopped) {
                stopped = true;
                if (polling) {
                    client.wakeUp();
                }
                nudge();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Stops, sends what is settled already, and leaves everything else to the server. Idempotent. */
    void quit() {
        lock.lock();
        try {
            quitting = true;
            nudge();
        } finally {
            lock.unlock();
        }
        stop();
    }

    /** The number of the batch that was taken last. */
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

    /** Looks again whether there is something to do. */
    void nudge() {
        lock.lock();
        try {
            nudged = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    int inHand() {
        lock.lock();
        try {
            return held.size();
        } finally {
            lock.unlock();
        }
    }

    // ---- on the lane's thread ----

    /** The life of the lane. Returns when it has ended. */
    void run() {
        try {
            while (turn()) {
                await();
            }
        } catch (BrokerException e) {
            failure = e;
        } finally {
            end();
        }
    }

    private void await() {
        lock.lock();
        try {
            while (!nudged) {
                news.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopped = true;
        } finally {
            lock.unlock();
        }
    }

    /** Does what there is to do. False when the lane has ended. */
    boolean turn() {
        while (true) {
            boolean empty;
            boolean ending;
            boolean now;
            lock.lock();
            try {
                nudged = false;
                empty = held.isEmpty();
                ending = stopped;
                now = quitting;
            } finally {
                lock.unlock();
            }
            if (now) {
                commit(false);
                return false;
            }
            if (!empty) {
                if (!tend()) {
                    return true;
                }
            } else if (ending) {
                return false;
            } else if (fetching || spec.owner().wants(this)) {
                fetch();
            } else {
                return true;
            }
        }
    }

    private void fetch() {
        if (!mayPoll()) {
            return;
        }
        List<Taken> taken = List.of();
        long moment = spec.time().nanoTime();
        if (!begun) {
            begun = true;
            emptyAt = moment;
        }
        try {
            boolean unsure = moment - emptyAt > lockTime.toNanos() / UNSURE_AFTER;
            if (unsure) {
                taken = client.poll(Duration.ZERO);
            }
            if (taken.isEmpty()) {
                emptyAt = unsure ? moment : emptyAt;
                taken = client.poll(shorter(LONGEST_POLL, lockTime.dividedBy(POLL_PART)));
                emptyAt = taken.isEmpty() ? moment : emptyAt;
            }
            fetching = taken.isEmpty();
        } catch (Woken e) {
            taken = List.of();
        } finally {
            polled();
        }
        if (!taken.isEmpty()) {
            take(taken);
        }
    }

    /** Only who polls is woken: a wake-up that came later would end a commit, and leave its answer unknown. */
    private boolean mayPoll() {
        lock.lock();
        try {
            polling = !stopped;
            return polling;
        } finally {
            lock.unlock();
        }
    }

    private void polled() {
        lock.lock();
        try {
            polling = false;
        } finally {
            lock.unlock();
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void take(List<Taken> taken) {
        lockTime = client.lock().orElse(lockTime);
        List<Taken> fresh = taken;
        long now = spec.time().nanoTime();
        long since = emptyAt;
        surelyOver = now + lockTime.toNanos();
        if (spec.renews() && now - since > lockTime.toNanos() / RENEW_AT) {
            since = now;
            for (Taken record : taken) {
                client.acknowledge(record.place(), Acknowledgement.RENEW);
            }
            client.commit(LONGEST_COMMIT);
            fresh = pollRenewed();
            surelyOver = spec.time().nanoTime() + lockTime.toNanos();
        }
        List<KafkaDelivery> deliveries = spec.owner().deliveries(this, fresh);
        lock.lock();
        try {
            batches++;
            deliveries.forEach(delivery -> held.put(delivery.place(), new Hold(delivery)));
        } finally {
            lock.unlock();
        }
        lease(since);
        spec.owner().arrived(this, deliveries);
    }

    /** Whom a wake-up meets here was woken from a poll that had just ended; it is told once. */
    private List<Taken> pollRenewed() {
        while (true) {
            try {
                return client.poll(Duration.ZERO);
            } catch (Woken e) {
                log.trace("woken late", e);
            }
        }
    }

    /** All locks run since this moment at the earliest. */
    private void lease(long since) {
        lock.lock();
        try {
            deadline = since + lockTime.toNanos();
            armExpiry();
            armAlarm();
        } finally {
            lock.unlock();
        }
    }

    // ---- with something in hand ----

    /** Looks after what is in hand. False when there is nothing to do for now. */
    private boolean tend() {
        expire();
        long now = spec.time().nanoTime();
        boolean renewal;
        boolean settling;
        boolean forgetting;
        lock.lock();
        try {
            renewal = isRenewalDue(now);
            settling = isCommitDue(now);
            forgetting = held.values().stream().anyMatch(hold -> isToBeForgotten(hold, now));
        } finally {
            lock.unlock();
        }
        if (renewal) {
            renew();
            return true;
        }
        if (settling || forgetting) {
            commit(false);
            return true;
        }
        lock.lock();
        try {
            armAlarm();
        } finally {
            lock.unlock();
        }
        return false;
    }

    /** With the lock. */
    private boolean isRenewalDue(long now) {
        return spec.renews()
                && deadline - now > 0
                && now - renewAt() >= 0
                && held.values().stream().anyMatch(Lane::isKept)
                && (deadline - now < lockTime.toNanos() / LAST_MOMENT
                        || held.values().stream().noneMatch(hold -> hold.lost && !isToBeForgotten(hold, now)));
    }

    private long renewAt() {
        return deadline - lockTime.toNanos() / RENEW_AT * (RENEW_AT - 1);
    }

    private static boolean isKept(Hold hold) {
        return !hold.lost && !hold.abandoned && hold.settlement == null;
    }

    /** With the lock. A batch that is not finished collects settlements for a moment. */
    private boolean isCommitDue(long now) {
        return settling > 0 && (isSettled() || now - lingerUntil >= 0);
    }

    /** With the lock. Whether nothing of what is in hand needs to be waited for. */
    private boolean isSettled() {
        return settling + lost == held.size();
    }

    private boolean isToBeForgotten(Hold hold, long now) {
        return hold.lost && now - (hold.abandoned ? hold.over : surelyOver) >= 0;
    }

    /** With the lock. Tells of losses, from another thread when this one is stuck. */
    private void armExpiry() {
        TimeSource.Timer old = expiry;
        if (old != null) {
            old.cancel();
        }
        long now = spec.time().nanoTime();
        long first = deadline;
        for (Hold hold : held.values()) {
            if (hold.abandoned && !hold.lost && hold.ends - first < 0) {
                first = hold.ends;
            }
        }
        expiry = spec.time().after(Duration.ofNanos(Math.max(0, first - now)), this::expire);
    }

    /** What is past its deadline is lost, whatever the server would still say. */
    private void expire() {
        List<KafkaDelivery> gone = new ArrayList<>();
        lock.lock();
        try {
            long now = spec.time().nanoTime();
            for (Hold hold : held.values()) {
                if (!hold.lost && endOf(hold) - now <= 0) {
                    hold.lost = true;
                    lost++;
                    settling -= hold.settlement == null ? 0 : 1;
                    gone.add(hold.delivery);
                }
            }
            if (!gone.isEmpty()) {
                nudge();
            }
        } finally {
            lock.unlock();
        }
        gone.forEach(KafkaDelivery::lost);
    }

    /** With the lock. When the lane's thread has to look up by itself. */
    private void armAlarm() {
        TimeSource.Timer old = alarm;
        if (old != null) {
            old.cancel();
            alarm = null;
        }
        if (held.isEmpty()) {
            return;
        }
        long now = spec.time().nanoTime();
        long next = surelyOver;
        for (Hold hold : held.values()) {
            long due = dueOf(hold, now);
            next = due - next < 0 ? due : next;
        }
        alarm = spec.time().after(Duration.ofNanos(Math.max(0, next - now)), this::nudge);
    }

    /** With the lock. */
    private long dueOf(Hold hold, long now) {
        if (hold.lost || hold.abandoned) {
            return hold.abandoned ? hold.over : surelyOver;
        }
        if (hold.settlement != null) {
            return lingerUntil;
        }
        return spec.renews() && deadline - now > 0 ? renewAt() : surelyOver;
    }

    private void renew() {
        long before = spec.time().nanoTime();
        Set<Place> renewing = commit(true);
        if (renewing.isEmpty()) {
            return;
        }
        List<Taken> back = pollRenewed();
        List<KafkaDelivery> gone = new ArrayList<>();
        List<Taken> strangers = new ArrayList<>();
        lock.lock();
        try {
            for (Taken record : back) {
                if (!renewing.remove(record.place())) {
                    strangers.add(record);
                }
            }
            for (Place place : renewing) {
                Hold hold = held.remove(place);
                if (hold != null) {
                    letGo(hold);
                    gone.add(hold.delivery);
                }
            }
            surelyOver = spec.time().nanoTime() + lockTime.toNanos();
        } finally {
            lock.unlock();
        }
        gone.forEach(Lane::loseForGood);
        if (strangers.isEmpty() && !back.isEmpty()) {
            lease(before);
        } else if (!strangers.isEmpty()) {
            take(strangers);
        } else {
            fetching = true; // with nothing left to renew, that poll was one like any other
            spec.owner().settled(this);
        }
    }

    private static void loseForGood(KafkaDelivery delivery) {
        delivery.lost();
        delivery.settled(Settled.LEASE_LOST);
    }

    /**
     * Sends what was settled; with {@code renewing} everything else in hand is renewed with it.
     *
     * @return what is being renewed
     */
    private Set<Place> commit(boolean renewing) {
        Map<Place, Hold> leaving = new LinkedHashMap<>();
        Set<Place> staying = new HashSet<>();
        long now = spec.time().nanoTime();
        long until;
        lock.lock();
        try {
            until = deadline;
            for (Map.Entry<Place, Hold> entry : held.entrySet()) {
                Hold hold = entry.getValue();
                if (leaves(hold, now, renewing)) {
                    leaving.put(entry.getKey(), hold);
                } else if (renewing) {
                    staying.add(entry.getKey());
                }
            }
            leaving.forEach((place, hold) -> {
                held.remove(place);
                letGo(hold);
            });
        } finally {
            lock.unlock();
        }
        if (leaving.isEmpty() && staying.isEmpty()) {
            return staying;
        }
        leaving.forEach((place, hold) -> client.acknowledge(
                place, hold.lost || hold.settlement == null ? Acknowledgement.RELEASE : hold.settlement));
        staying.forEach(place -> client.acknowledge(place, Acknowledgement.RENEW));
        Map<Integer, Answer> answers = answers();
        boolean inTime = isBefore(until);
        leaving.forEach((place, hold) -> hold.delivery.settled(outcome(hold, answers.get(place.partition()), inTime)));
        if (!leaving.isEmpty()) {
            spec.owner().settled(this);
        }
        return staying;
    }

    /** With the lock. */
    private void letGo(Hold hold) {
        if (hold.lost) {
            lost--;
        } else if (hold.settlement != null) {
            settling--;
        }
    }

    private boolean leaves(Hold hold, long now, boolean renewing) {
        if (hold.settlement != null && !hold.lost) {
            return true;
        }
        return isToBeForgotten(hold, now) || (renewing && hold.lost);
    }

    /** A server that is not there leaves the answers unknown; the lane lives on, and finds out when it polls. */
    private Map<Integer, Answer> answers() {
        try {
            return client.commit(shorter(LONGEST_COMMIT, lockTime));
        } catch (BrokerException e) {
            log.debug("the answer to a settlement was lost", e);
            return Map.of();
        }
    }

    private static Settled outcome(Hold hold, @Nullable Answer answer, boolean inTime) {
        if (hold.lost || answer == Answer.LOST) {
            return Settled.LEASE_LOST;
        }
        return answer == Answer.DONE && inTime ? Settled.APPLIED : Settled.UNKNOWN;
    }

    // ---- the end ----

    private void end() {
        List<KafkaDelivery> rest = new ArrayList<>();
        lock.lock();
        try {
            stopped = true;
            held.values().forEach(hold -> rest.add(hold.delivery));
            held.clear();
            settling = 0;
            lost = 0;
            cancel(expiry);
            cancel(alarm);
        } finally {
            lock.unlock();
        }
        try {
            client.close(LEAVING);
        } catch (BrokerException e) {
            log.debug("a share consumer could not leave in order; the server notices by itself", e);
        }
        rest.forEach(Lane::loseForGood);
    }

    private static void cancel(TimeSource.@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }
}
