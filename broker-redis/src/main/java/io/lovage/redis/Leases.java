package io.lovage.redis;

import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * The leases of one consumer. Every third of a lease one script stretches all of them, by the ids that are in memory
 * here, so that nothing is ever kept alive that nobody works on.
 *
 * Each lease has a local deadline besides the server's: the moment of asking plus the lease, which is never later than
 * what the server counts. A lease that was not stretched by then is lost (rule R4.4): the connection is silent. Only a
 * question that was asked less than a second before is waited for: this process was slow or frozen, and as long as
 * nobody has swept the lease, it is still ours.
 */
final class Leases {
    private static final Logger log = LoggerFactory.getLogger(Leases.class);
    private static final int BEATS_PER_LEASE = 3;
    private static final long ANSWER_NANOS = Duration.ofSeconds(1).toNanos();

    /**
     * What they work with.
     *
     * @param onFreed is told when there is room for more
     */
    record Surroundings(QueueKeys keys, TimeSource time, Executor callbacks, Runnable onFreed) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Complaints complaints = new Complaints();
    private final Set<RedisDelivery> held = new LinkedHashSet<>();
    private final Surroundings around;
    private final Duration lease;
    private final boolean renews;
    /* guarded by lock */
    private TimeSource.@Nullable Timer nextBeat;

    Leases(Surroundings around, Duration lease, boolean renews) {
        this.around = around;
        this.lease = lease;
        this.renews = renews;
    }

    /** Takes care of what was taken with a request that was sent at {@code sentNanos}. */
    void grant(List<RedisDelivery> taken, long sentNanos) {
        lock.lock();
        try {
            for (RedisDelivery delivery : taken) {
                delivery.deadline = sentNanos + lease.toNanos();
                held.add(delivery);
            }
            if (nextBeat == null && !held.isEmpty()) {
                beatAfter(lease.toNanos() / BEATS_PER_LEASE);
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

    List<RedisDelivery> all() {
        lock.lock();
        try {
            return List.copyOf(held);
        } finally {
            lock.unlock();
        }
    }

    void forget(List<RedisDelivery> deliveries) {
        lock.lock();
        try {
            deliveries.forEach(held::remove);
        } finally {
            lock.unlock();
        }
        around.onFreed().run();
    }

    /** The connection over which they were taken is gone, and nobody may renew what it left. */
    void loseAllOf(Session session) {
        List<RedisDelivery> lost = new ArrayList<>();
        lock.lock();
        try {
            held.stream().filter(delivery -> delivery.session() == session).forEach(lost::add);
        } finally {
            lock.unlock();
        }
        lose(lost);
    }

    private void lose(List<RedisDelivery> lost) {
        if (lost.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            lost.forEach(held::remove);
        } finally {
            lock.unlock();
        }
        around.callbacks().execute(() -> lost.forEach(RedisDelivery::lost));
        around.onFreed().run();
    }

    /** With the lock. */
    private void beatAfter(long nanos) {
        nextBeat = around.time().after(Duration.ofNanos(nanos), this::beat);
    }

    private void beat() {
        List<RedisDelivery> over = new ArrayList<>();
        List<RedisDelivery> stretched = new ArrayList<>();
        lock.lock();
        try {
            nextBeat = null;
            long now = around.time().nanoTime();
            long next = lease.toNanos() / BEATS_PER_LEASE;
            for (RedisDelivery delivery : held) {
                boolean kept =
                        renews && !delivery.abandoned && !delivery.session().isOver();
                if (kept && !delivery.asked) {
                    delivery.asked = true;
                    delivery.askedAt = now;
                }
                long end = kept ? later(delivery.deadline, delivery.askedAt + ANSWER_NANOS) : delivery.deadline;
                if (end - now <= 0) {
                    over.add(delivery);
                } else {
                    next = Math.min(next, end - now);
                    if (kept) {
                        stretched.add(delivery);
                    }
                }
            }
            if (held.size() > over.size()) {
                beatAfter(next);
            }
        } finally {
            lock.unlock();
        }
        lose(over);
        stretch(stretched);
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }

    private void stretch(List<RedisDelivery> all) {
        for (int from = 0; from < all.size(); from += Scripts.MOST_AT_ONCE) {
            List<RedisDelivery> some = all.subList(from, Math.min(all.size(), from + Scripts.MOST_AT_ONCE));
            byte[][] arguments = new byte[some.size() + 1][];
            arguments[0] = Scripts.bytes(lease.toMillis());
            for (int i = 0; i < some.size(); i++) {
                arguments[i + 1] = some.get(i).id();
            }
            long sent = around.time().nanoTime();
            CompletionStage<byte[]> answer = some.get(0)
                    .session()
                    .run(Scripts.RENEW, new byte[][] {around.keys().leases()}, arguments);
            answer.whenComplete((held, failure) -> {
                if (failure == null) {
                    complaints.over(around.keys().name());
                    stretched(some, held, sent);
                } else {
                    notStretched(failure);
                }
            });
        }
    }

    /** Without an answer the deadline decides; a lost connection is told elsewhere. */
    private void notStretched(Throwable failure) {
        String queue = around.keys().name();
        String reason = RedisErrors.rootMessage(failure);
        if (RedisErrors.isAnswer(failure) && complaints.isNew(queue, reason)) {
            log.warn("queue '{}': leases cannot be renewed, what is held is lost when they end: {}", queue, reason);
        }
    }

    private void stretched(List<RedisDelivery> asked, byte[] answer, long sentNanos) {
        List<RedisDelivery> lost = new ArrayList<>();
        lock.lock();
        try {
            for (int i = 0; i < asked.size(); i++) {
                RedisDelivery delivery = asked.get(i);
                if (Scripts.isYes(answer, i)) {
                    delivery.deadline = sentNanos + lease.toNanos();
                    delivery.asked = false;
                } else if (held.contains(delivery)) {
                    lost.add(delivery);
                }
            }
        } finally {
            lock.unlock();
        }
        lose(lost);
    }

    /** No beat comes any more. */
    void stop() {
        lock.lock();
        try {
            if (nextBeat != null) {
                nextBeat.cancel();
            }
        } finally {
            lock.unlock();
        }
    }
}
