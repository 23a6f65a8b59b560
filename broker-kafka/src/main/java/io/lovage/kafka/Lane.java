package io.lovage.kafka;

import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Settled;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
 *   1. `deadline` (in Holds) is not later than the end of the lock of any record that is held. It is reckoned from a
 *      moment before which no record of the batch can have been acquired: the beginning of a poll that found the
 *      client's buffer empty, or the moment before a renewal was sent; and with the lock time that the server told with
 *      that batch or renewal.
 *   2. APPLIED is answered only for an acknowledgement whose answer came before `deadline` (in Settlements). From
 *      `deadline` on everything held is lost: a timer tells so, on another thread, since this one may be what is stuck.
 *   3. `surelyOver` (in Holds) is not earlier than the end of the lock. Only then is a lost record released, which the
 *      server refuses or does not need; it is how the client is made to forget it. Releasing it sooner could give it to
 *      somebody else before its lease has ended.
 *   4. Renewing is RENEW for every record that is held and not being settled, then commit, then poll(0), in this order
 *      with nothing between: any other poll may acquire records that nobody looks at while their locks run out. What
 *      does not come back from poll(0) is lost.
 *   5. After a poll that returned nothing the client goes on fetching behind our back, and now and then it does so after
 *      others, too. So an idle lane polls on, or is closed; it rests only after a poll that returned something. What such
 *      a fetch left in the client's buffer is renewed before it is handed out when it may have lain there for long
 *      (in Fetching).
 *   6. Where more is waiting and somebody wants it, what was settled goes with the request for it, or ahead of it, and
 *      the lane does not wait for the answer in between. Answers are looked for when a poll ends: they come with what the
 *      request brings, or when it has waited long enough. So a lane that waits for answers polls on, for a short time
 *      each, and one that ends has them from closing. To be wrong about "more is waiting" costs no more than that an
 *      answer comes later; so whoever had to wait longer for the last message than for a late answer asks for it at once.
 *   7. Whoever settled is told in the end, whatever is thrown on the way.
 *
 * Fields belong to the lane's thread.
 */
final class Lane {
    private static final Logger log = LoggerFactory.getLogger(Lane.class);
    private static final Duration LONGEST_POLL = Duration.ofSeconds(1);
    private static final Duration LEAVING = Duration.ofSeconds(5);
    /** Of a lock: the share that a poll may last. */
    private static final int POLL_PART = 10;

    /** How long a poll lasts, and a lane rests, while answers are awaited. */
    private static final Duration WHILE_AWAITED = Duration.ofMillis(50);

    /** Whom the lane works for. */
    interface Owner {
        /** Whether records are wanted now. */
        boolean wants(Lane lane);

        /** Whether what waits here can be handed out only when something else is settled: nothing lingers then. */
        default boolean isShortOfPlaces() {
            return false;
        }

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

    private final ShareClient client;
    private final Spec spec;
    private final Summons summons = new Summons();
    private final Holds holds;
    private final Settlements settlements;
    private final Fetching fetching;
    private @Nullable BrokerException failure;

    Lane(ShareClient client, Spec spec) {
        this.client = client;
        this.spec = spec;
        this.holds = new Holds(spec.time(), spec.renews(), spec.lock(), summons::nudge);
        this.settlements = new Settlements(client, holds, spec.time());
        this.fetching = new Fetching(client, holds, spec.time());
    }

    /** Why the lane ended before it was told to. */
    @Nullable
    BrokerException failure() {
        return failure;
    }

    // ---- from any thread ----

    /** Whether the lease of this delivery still runs, by the lane's own clock. */
    boolean holds(KafkaDelivery delivery) {
        return holds.has(delivery);
    }

    /** Puts a settlement into the lane's mailbox; it ends in {@link KafkaDelivery#settled}. */
    void settle(KafkaDelivery delivery, Acknowledgement how) {
        if (!holds.settle(delivery, how)) {
            delivery.settled(Settled.LEASE_LOST);
        }
    }

    void abandon(KafkaDelivery delivery) {
        holds.abandon(delivery);
    }

    /** Takes nothing more, and ends when everything in hand is settled. Idempotent. */
    void stop() {
        if (summons.end()) {
            client.wakeUp();
        }
    }

    /** Stops, sends what is settled already, and leaves everything else to the server. Idempotent. */
    void quit() {
        summons.endNow();
        summons.nudge();
        stop();
    }

    /** The number of the batch that was taken last. */
    long batch() {
        return holds.batch();
    }

    /** Whether something of this batch is still in hand. */
    boolean isStillAt(long number) {
        return holds.isStillAt(number);
    }

    /** Looks again whether there is something to do. */
    void nudge() {
        summons.nudge();
    }

    /** Somebody wants records. What is in hand comes first. */
    void demanded() {
        if (holds.isEmpty() || holds.isDone()) {
            summons.nudge();
        }
    }

    int inHand() {
        return holds.size();
    }

    // ---- on the lane's thread ----

    /** The life of the lane. Returns when it has ended. */
    void run() {
        try {
            while (turn()) {
                summons.await();
            }
        } catch (BrokerException e) {
            failure = e;
        } catch (RuntimeException e) {
            // The client's own state is not what it should be; another lane has another client, after a pause.
            failure = new BrokerUnavailableException("a share consumer failed: " + KafkaErrors.text(e), e);
        } finally {
            end();
        }
    }

    /** Does what there is to do. False when the lane has ended. */
    boolean turn() {
        while (true) {
            Summons.Order order = summons.take();
            settlements.collect();
            if (order.now()) {
                settle();
                return false;
            }
            if (!holds.isEmpty()) {
                if (fetching.isThereMore() && holds.isDone() && spec.owner().wants(this)) {
                    settlements.sendAlong();
                } else if (!tend()) {
                    return true;
                }
            } else if (order.ending()) {
                if (!hasTaken(fetching.pollForTheLastTime())) {
                    return false;
                }
            } else if (fetching.isUnderWay()
                    || settlements.areAwaited()
                    || spec.owner().wants(this)) {
                if (!fetch()) {
                    summons.nudge(); // and looks again at once
                    return true;
                }
            } else {
                return true;
            }
        }
    }

    /** Whether something came. */
    private boolean fetch() {
        if (!summons.mayPoll()) {
            return false;
        }
        List<Taken> taken = List.of();
        try {
            taken = fetching.poll(longestPoll());
        } catch (Woken e) {
            fetching.goesOn();
        } finally {
            summons.polled();
        }
        settlements.collect();
        return hasTaken(taken);
    }

    private boolean hasTaken(List<Taken> taken) {
        if (!taken.isEmpty()) {
            take(taken, fetching.emptyAt());
        }
        return !taken.isEmpty();
    }

    private Duration longestPoll() {
        Duration part = holds.lockTime().dividedBy(POLL_PART);
        Duration longest = settlements.areAwaited() ? WHILE_AWAITED : LONGEST_POLL;
        return part.compareTo(longest) < 0 ? part : longest;
    }

    /** Hands on what was acquired at this moment at the earliest; what may have waited for long is renewed before. */
    private void take(List<Taken> taken, long since) {
        Duration lockTime = client.lock().orElseGet(holds::lockTime);
        holds.lockedFor(lockTime);
        long now = spec.time().nanoTime();
        if (!spec.renews() || now - since <= lockTime.toNanos() / Holds.RENEW_AT) {
            handOn(taken, new Holds.Term(since + lockTime.toNanos(), now + lockTime.toNanos()));
            return;
        }
        Set<Place> renewing = new LinkedHashSet<>();
        taken.forEach(record -> renewing.add(record.place()));
        settlements.renew(renewing);
        Renewed renewed = pollRenewed(renewing, now);
        if (!renewed.back().isEmpty()) {
            handOn(renewed.back(), renewed.term());
        }
        takeStrangers(renewed, since);
    }

    private void handOn(List<Taken> taken, Holds.Term term) {
        List<KafkaDelivery> deliveries = spec.owner().deliveries(this, taken);
        holds.add(deliveries, term, haste());
        spec.owner().arrived(this, deliveries);
    }

    private Holds.Haste haste() {
        if (spec.owner().isShortOfPlaces()) {
            return Holds.Haste.SHORT_OF_PLACES;
        }
        return fetching.isThereMore() ? Holds.Haste.MORE_WAITS : Holds.Haste.USUAL;
    }

    // ---- with something in hand ----

    /** Looks after what is in hand. False when there is nothing to do for now. */
    private boolean tend() {
        holds.expire();
        return switch (holds.work()) {
            case RENEW -> {
                renew();
                yield true;
            }
            case COMMIT -> {
                settle();
                yield true;
            }
            case NOTHING -> {
                if (settlements.areAwaited()) {
                    spec.time().after(WHILE_AWAITED, this::nudge);
                }
                yield false;
            }
        };
    }

    private void settle() {
        if (settlements.commit()) {
            spec.owner().settled(this);
        }
    }

    private void renew() {
        long before = spec.time().nanoTime();
        Set<Place> renewing = settlements.commitAndRenew();
        if (!renewing.isEmpty()) {
            Renewed renewed = pollRenewed(renewing, before);
            List<KafkaDelivery> gone = holds.drop(renewing);
            if (!renewed.back().isEmpty()) {
                holds.renewed(renewed.lockTime(), renewed.term());
            }
            gone.forEach(Lane::loseForGood);
            takeStrangers(renewed, fetching.emptyAt());
        }
        spec.owner().settled(this);
    }

    /**
     * What the poll after a renewal has brought.
     *
     * @param back those that were renewed, until {@code term}
     * @param strangers others: without anything to renew that poll was one like any other
     */
    private record Renewed(List<Taken> back, List<Taken> strangers, Duration lockTime, Holds.Term term) {}

    /** Takes those that came back out of {@code renewing}, which was renewed at {@code before} at the earliest. */
    private Renewed pollRenewed(Set<Place> renewing, long before) {
        List<Taken> back = new ArrayList<>();
        List<Taken> strangers = new ArrayList<>();
        for (Taken record : fetching.pollAtOnce()) {
            (renewing.remove(record.place()) ? back : strangers).add(record);
        }
        // the group's lock time may be another one by now, since its last consumer decides
        Duration lockTime = client.lock().orElseGet(holds::lockTime);
        long now = spec.time().nanoTime();
        return new Renewed(
                back, strangers, lockTime, new Holds.Term(before + lockTime.toNanos(), now + lockTime.toNanos()));
    }

    /** They may have lain in the client's buffer {@code since} then. */
    private void takeStrangers(Renewed renewed, long since) {
        if (renewed.strangers().isEmpty()) {
            if (renewed.back().isEmpty()) {
                fetching.goesOn();
            }
        } else if (holds.isEmpty()) {
            take(renewed.strangers(), since);
        } else { // nothing can be renewed beside what is in hand
            long now = spec.time().nanoTime();
            long lock = renewed.lockTime().toNanos();
            handOn(renewed.strangers(), new Holds.Term(since + lock, now + lock));
        }
    }

    private static void loseForGood(KafkaDelivery delivery) {
        delivery.lost();
        delivery.settled(Settled.LEASE_LOST);
    }

    // ---- the end ----

    private void end() {
        summons.end();
        List<KafkaDelivery> rest = holds.end();
        try {
            client.close(LEAVING);
        } catch (BrokerException e) {
            log.debug("a share consumer could not leave in order; the server notices by itself", e);
        } finally {
            settlements.end();
            rest.forEach(Lane::loseForGood);
        }
    }
}
