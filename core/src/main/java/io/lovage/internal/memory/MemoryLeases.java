package io.lovage.internal.memory;

import io.lovage.internal.memory.MemoryDelivery.Tenure;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one consumer has handed out, and the keeping of it. Guarded by the space's lock, except where it says otherwise.
 *
 * <p>Every lease ends in exactly one of three ways, decided under the lock: it is settled, or {@link #endOverdue} finds
 * its deadline reached (whoever looks first, perhaps another consumer that wants the message), or it is given back with
 * its consumer. The sweep runs only while something is held. A connection that is frozen does not renew and hears of
 * its losses when it goes on; a crashed one never does (rules R4.3 to R4.5).
 */
final class MemoryLeases {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryLeases.class);

    private static final CompletionStage<Settled> APPLIED = CompletableFuture.completedStage(Settled.APPLIED);
    private static final CompletionStage<Settled> SENT = CompletableFuture.completedStage(Settled.SENT);
    private static final CompletionStage<Settled> LEASE_LOST = CompletableFuture.completedStage(Settled.LEASE_LOST);
    private static final CompletionStage<Settled> UNKNOWN = CompletableFuture.completedStage(Settled.UNKNOWN);

    private final MemoryBroker connection;
    private final MemorySpace space;
    private final MemoryQueue queue;
    private final QueueSpec spec;
    private final Runnable onFreed;
    private final long lease;
    /** A lease that is bound to the connection lives from its heartbeats, whatever the consumer wants. */
    private final boolean boundToConnection;

    private final boolean renews;
    private final LeaseList held = new LeaseList();
    private final ArrayDeque<MemoryDelivery> lostUntold = new ArrayDeque<>();
    private final Alarm sweeping;
    private final Alarm telling;
    private int abandoned;
    private boolean closed;

    /** Leases of one consumer; {@code onFreed} runs, with the lock, whenever a delivery has left its hands. */
    MemoryLeases(MemoryBroker connection, MemorySpace space, MemoryQueue queue, ConsumeSpec spec, Runnable onFreed) {
        this.connection = connection;
        this.space = space;
        this.queue = queue;
        this.spec = spec.queue();
        this.onFreed = onFreed;
        this.lease = space.leaseOf(spec.queue()).toNanos();
        this.boundToConnection = !space.options.answersSettlement();
        this.renews = spec.renew() || boundToConnection;
        this.sweeping = new Alarm(space.lock, connection.time(), this::sweep);
        this.telling = new Alarm(space.lock, connection.time(), this::tellLost);
    }

    int size() {
        return held.size();
    }

    /** Nothing is held and nothing will be. */
    boolean isOver() {
        return held.size() == 0 && (closed || connection.isCrashed());
    }

    long nanosToNextEnd(long now) {
        MemoryDelivery first = held.first();
        return first == null ? lease : Math.min(lease, first.deadline - now);
    }

    MemoryDelivery grant(QueuedMessage queued, long now) {
        MemoryDelivery delivery = new MemoryDelivery(queued, this, queue.name, queued.countHandOut());
        delivery.deadline = now + lease;
        held.append(delivery);
        if (!sweeping.isSet()) {
            sweeping.within(renews ? sweepPeriod() : lease);
        }
        return delivery;
    }

    private long sweepPeriod() {
        return lease / 3;
    }

    // ---- settling ----

    /** Called without the lock. */
    CompletionStage<Settled> settle(MemoryDelivery delivery, Settlement how) {
        Publication first = Publication.before(how, space);
        CompletionStage<Settled> answer;
        space.lock.lock();
        try {
            answer = settleLocked(delivery, how, first);
        } finally {
            space.lock.unlock();
        }
        first.deliverReplies();
        if (answer == LEASE_LOST) {
            tellLost();
        }
        return answer;
    }

    private CompletionStage<Settled> settleLocked(MemoryDelivery delivery, Settlement how, Publication first) {
        if (delivery.settled) {
            // R3.5
            throw new IllegalStateException(delivery + " was settled before");
        }
        if (connection.isCrashed()) {
            delivery.settled = true;
            return UNKNOWN;
        }
        if (delivery.tenure == Tenure.HELD && delivery.deadline <= space.nanos()) {
            endOverdue(space.nanos());
        }
        if (delivery.tenure == Tenure.LOST) {
            delivery.settled = true;
            return LEASE_LOST;
        }
        Optional<PublishException> refusal = refusal(how, first);
        if (refusal.isPresent()) {
            return CompletableFuture.failedStage(refusal.get());
        }
        delivery.settled = true;
        release(delivery, Tenure.GIVEN_BACK);
        apply(delivery.queued, how);
        return boundToConnection ? SENT : APPLIED;
    }

    /** Why the settlement cannot be applied; otherwise what it publishes first is held now (rule R3.8). */
    private Optional<PublishException> refusal(Settlement how, Publication first) {
        Duration delay = how.fold(a -> Duration.ZERO, a -> Duration.ZERO, r -> r.delay(), d -> Duration.ZERO);
        if (delay.compareTo(MemorySpace.LONGEST_DELAY) > 0) {
            return Optional.of(new PublishException(Publication.tooLong(delay), List.of(), false, null));
        }
        return first.putAllOrNone() ? Optional.empty() : first.problem();
    }

    private void apply(QueuedMessage queued, Settlement how) {
        how.<Runnable>fold(
                        ack -> () -> {},
                        ackAfter -> () -> {},
                        release -> () -> queue.giveBack(queued, spec, release.delay()),
                        dead -> () -> space.deadLetter(queued, spec, dead.reason()))
                .run();
    }

    /** Out of this consumer's hands, by whatever way. */
    private void release(MemoryDelivery delivery, Tenure tenure) {
        held.unlink(delivery);
        if (delivery.abandoned) {
            abandoned--;
        }
        delivery.tenure = tenure;
        onFreed.run();
    }

    // ---- keeping ----

    /** Called without the lock. */
    private void sweep() {
        space.lock.lock();
        try {
            if (!connection.isAlive()) {
                return;
            }
            keep();
        } finally {
            space.lock.unlock();
        }
        tellLost();
    }

    /** Ends what is over, renews what is near its end, and sees to the next time. */
    void keep() {
        long now = space.nanos();
        queue.refresh(now);
        if (renews) {
            renew(now);
        }
        if (held.size() > 0) {
            long next = renews ? sweepPeriod() : lease;
            sweeping.within(renews && abandoned == 0 ? next : Math.min(next, untilNextLoss(now)));
        }
    }

    private void renew(long now) {
        long nearEnd = now + lease - sweepPeriod();
        MemoryDelivery delivery = held.first();
        // ends: what is renewed goes to the tail with a deadline beyond nearEnd
        while (delivery != null && delivery.deadline <= nearEnd) {
            MemoryDelivery next = delivery.next;
            if (!delivery.abandoned) {
                held.unlink(delivery);
                delivery.deadline = now + lease;
                held.append(delivery);
            }
            delivery = next;
        }
    }

    private long untilNextLoss(long now) {
        MemoryDelivery delivery = held.first();
        while (delivery != null && renews && !delivery.abandoned) {
            delivery = delivery.next;
        }
        return delivery == null ? lease : Math.max(0, delivery.deadline - now);
    }

    /** Called without the lock. */
    void abandon(MemoryDelivery delivery) {
        space.lock.lock();
        try {
            if (delivery.tenure != Tenure.HELD || delivery.abandoned || connection.isCrashed()) {
                return;
            }
            if (boundToConnection) {
                lose(delivery);
            } else {
                delivery.abandoned = true;
                abandoned++;
                sweeping.within(Math.max(0, delivery.deadline - space.nanos()));
            }
        } finally {
            space.lock.unlock();
        }
        tellLost();
    }

    // ---- losing ----

    /** A lease is over at its deadline, not before and not when somebody finds out (rule R4.1). */
    void endOverdue(long now) {
        for (MemoryDelivery first = held.first(); first != null && first.deadline <= now; first = held.first()) {
            lose(first);
        }
    }

    /** Everything goes back at once: the consumer is closed, or the connection was all that held it. */
    void giveBackAll() {
        for (MemoryDelivery first = held.first(); first != null; first = held.first()) {
            lose(first);
        }
    }

    private void lose(MemoryDelivery delivery) {
        forget(delivery);
        if (connection.isCrashed() && !space.options.exactCounts()) {
            // R7.3: this is the declared limit that counts=lower-bound imitates
            delivery.queued.forgetHandOut();
        }
        queue.giveBack(delivery.queued, spec, Duration.ZERO);
    }

    /** The queue was deleted: lost to everybody. */
    void dropAll() {
        for (MemoryDelivery first = held.first(); first != null; first = held.first()) {
            forget(first);
        }
        onFreed.run();
    }

    private void forget(MemoryDelivery delivery) {
        release(delivery, Tenure.LOST);
        if (delivery.onLost == null || connection.isCrashed()) {
            return;
        }
        lostUntold.add(delivery);
    }

    /** For a loss that somebody else's thread found out: it is told on one of this consumer's. */
    void tellSoon() {
        if (!lostUntold.isEmpty() && connection.isAlive()) {
            telling.within(0);
        }
    }

    /** Called without the lock. */
    void onLost(MemoryDelivery delivery, Runnable action) {
        space.lock.lock();
        try {
            if (connection.isCrashed()) {
                return;
            }
            if (delivery.tenure == Tenure.HELD) {
                Runnable earlier = delivery.onLost;
                delivery.onLost = earlier == null
                        ? action
                        : () -> {
                            runLogged(earlier, delivery);
                            action.run();
                        };
                return;
            }
            if (delivery.tenure == Tenure.GIVEN_BACK) {
                return;
            }
        } finally {
            space.lock.unlock();
        }
        runLogged(action, delivery);
    }

    /** Called without the lock, by a thread of this consumer. */
    void tellLost() {
        for (MemoryDelivery lost = nextUntold(); lost != null; lost = nextUntold()) {
            Runnable action = lost.onLost;
            if (action != null) {
                runLogged(action, lost);
            }
        }
    }

    private @Nullable MemoryDelivery nextUntold() {
        space.lock.lock();
        try {
            return connection.isFrozen() ? null : lostUntold.poll();
        } finally {
            space.lock.unlock();
        }
    }

    private static void runLogged(Runnable action, MemoryDelivery delivery) {
        try {
            action.run();
        } catch (RuntimeException failed) {
            LOG.error("the onLost action of {} failed", delivery, failed);
        }
    }

    /** No lease will be granted any more; those that are held stay until they end. */
    void close() {
        closed = true;
    }

    void stopTimers() {
        sweeping.cancel();
        telling.cancel();
    }
}
