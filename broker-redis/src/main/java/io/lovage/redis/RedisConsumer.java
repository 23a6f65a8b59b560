package io.lovage.redis;

import io.lovage.spi.Broker;
import io.lovage.spi.BrokerException;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Takes from one queue. It has no thread: whoever polls asks the server for as much as there is room for, one question
 * at a time, and sleeps until something has come. Whoever is handed something asks for more before, so that the server
 * is at work while the messages are run. When the queue is empty the waiters block on the server; when they are woken,
 * the sleeper asks again. What arrives when nobody polls any more stays in the buffer for the next one.
 *
 * What waits in the buffer has its lease like everything in hand, and counts like it: both together never exceed the
 * prefetch (rule R2.2), so nothing is reserved beyond it.
 *
 * Lock order: this consumer's lock before those of Leases, SettleLane and Link.
 */
final class RedisConsumer implements Broker.Consumer, Link.Listener {
    private static final Logger log = LoggerFactory.getLogger(RedisConsumer.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);

    /** A question ahead of need is worth its round trip from this part of the prefetch on. */
    private static final int QUESTIONS_PER_PREFETCH = 4;

    /** What it only goes forward in, from TAKING or PAUSED. */
    private enum Wanted {
        TAKING,
        PAUSED,
        DRAINED,
        CLOSED
    }

    /**
     * What a consumer works with.
     *
     * @param number tells it from others of the same broker
     * @param whenClosed is told when nothing of it is left
     */
    record Surroundings(
            Link link,
            Connector connector,
            TimeSource time,
            Executor callbacks,
            Duration heartbeat,
            Caretaker caretaker,
            boolean celeryPriorities,
            long number,
            Consumer<RedisConsumer> whenClosed) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private final Returns returns = new Returns();
    private final ArrayDeque<RedisDelivery> buffer = new ArrayDeque<>();
    private final Surroundings around;
    private final ConsumeSpec spec;
    private final QueueKeys keys;
    private final Leases leases;
    private final Settler settler;
    private final Taker taker;
    private final Wakers wakers;
    /* guarded by lock */
    private Wanted wanted = Wanted.TAKING;
    private @Nullable BrokerException failure;
    private boolean asking;
    private boolean empty;
    private boolean stirred;
    private boolean levels;
    private int givingBack;
    private long changes;

    RedisConsumer(ConsumeSpec spec, QueueKeys keys, Settler settler, boolean renews, Surroundings around) {
        this.spec = spec;
        this.keys = keys;
        this.settler = settler;
        this.around = around;
        Duration lease = spec.queue().lease();
        this.leases = new Leases(
                new Leases.Surroundings(keys, around.time(), around.callbacks(), this::freed),
                lease,
                renews && spec.renew());
        this.taker = new Taker(
                new Taker.Surroundings(keys, lease, around.time(), around.number()),
                new Custody(keys, around.celeryPriorities(), settler, leases));
        this.wakers =
                new Wakers(new Wakers.Surroundings(around.connector(), around.time(), around.heartbeat()), this::stir);
    }

    void start() {
        around.caretaker().join(this);
        around.link().listen(this);
    }

    // ---- taking ----

    @Override
    public List<Delivery> poll(int max, Duration wait) throws InterruptedException {
        long deadline = around.time().nanoTime() + wait.toNanos();
        lock.lockInterruptibly();
        try {
            while (true) {
                BrokerException reason = failure;
                if (reason != null) {
                    throw reason;
                }
                if (wanted.compareTo(Wanted.DRAINED) >= 0) {
                    return List.of();
                }
                long seen = changes;
                if (wanted == Wanted.TAKING) {
                    ask();
                }
                long left = deadline - around.time().nanoTime();
                if (!buffer.isEmpty() || left <= 0) {
                    return handOut(max);
                }
                if (seen == changes) { // an answer may have come before the question was out of hand
                    changed.awaitNanos(left);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** With the lock: whoever polls looks again. */
    private void change() {
        changes++;
        changed.signalAll();
    }

    private List<Delivery> handOut(int max) {
        List<Delivery> handed = new ArrayList<>(Math.min(max, buffer.size()));
        while (handed.size() < max && !buffer.isEmpty()) {
            handed.add(buffer.remove());
        }
        return handed;
    }

    /** Asks for as much as there is room for (rule R2.2), or waits for the server to have something. */
    private void ask() {
        int room = Math.min(Scripts.MOST_AT_ONCE, spec.prefetch() - leases.size());
        int worthIt = buffer.isEmpty() ? 1 : Math.max(1, spec.prefetch() / QUESTIONS_PER_PREFETCH);
        Optional<Session> session = around.link().now();
        if (asking || room < Math.min(worthIt, Scripts.MOST_AT_ONCE) || session.isEmpty()) {
            return;
        }
        if (!empty) {
            asking = true;
            stirred = false;
            taker.take(session.get(), room, levels).whenComplete((haul, refusal) -> {
                if (refusal == null) {
                    taken(haul, room);
                } else {
                    notTaken(refusal);
                }
            });
        } else if (buffer.isEmpty()) {
            wakers.arm(keys.waitingKeys(levels));
        }
    }

    private void taken(Taker.Haul haul, int room) {
        List<RedisDelivery> deliveries = haul.deliveries();
        boolean wantedNoMore;
        lock.lock();
        try {
            asking = false;
            boolean first = !levels && haul.levelsInUse();
            levels |= first;
            empty = deliveries.size() < room && !stirred && !first;
            wantedNoMore = wanted != Wanted.TAKING;
            leases.grant(deliveries, haul.askedNanos());
            if (wantedNoMore) {
                givingBack++;
            } else {
                buffer.addAll(deliveries);
            }
            change();
        } finally {
            lock.unlock();
        }
        if (!deliveries.isEmpty() && deliveries.get(0).session().isOver()) {
            lost(deliveries.get(0).session());
        }
        if (wantedNoMore) {
            giveBack(deliveries);
        }
    }

    private void notTaken(Throwable refusal) {
        lock.lock();
        try {
            asking = false;
            if (RedisErrors.isAnswer(refusal)) {
                BrokerException reason = RedisErrors.doing("take from queue '" + queueName() + "'", refusal);
                if (reason.retryable()) {
                    log.info("{}", reason.getMessage());
                    empty = true;
                    around.time().after(RETRY_PAUSE, this::stir);
                } else {
                    failure = reason;
                }
            }
            change();
        } finally {
            lock.unlock();
        }
        finishDrainingIfWanted();
    }

    /** Something may have come: whoever polls asks. */
    void stir() {
        lock.lock();
        try {
            stirred = true;
            empty = false;
            change();
        } finally {
            lock.unlock();
        }
    }

    /** There is room for more: whoever polls asks, unless nothing is there. */
    private void freed() {
        lock.lock();
        try {
            change();
        } finally {
            lock.unlock();
        }
    }

    /** Somebody has sent a message with a priority: there is more to wait on, and something may be there already. */
    void levelsInUse() {
        lock.lock();
        try {
            if (!levels) {
                levels = true;
                stirred = true;
                empty = false;
                change();
            }
        } finally {
            lock.unlock();
        }
    }

    /** What will not heal by itself is thrown by every poll from now on. */
    void fail(BrokerException reason) {
        lock.lock();
        try {
            failure = reason;
            change();
        } finally {
            lock.unlock();
        }
    }

    // ---- the connection ----

    @Override
    public void connected(Session session) {
        around.caretaker().register(keys, session);
        stir();
    }

    /** Rule R4.4: what this generation of the connection took, nobody can keep alive any more. */
    @Override
    public void lost(Session session) {
        lock.lock();
        try {
            buffer.removeIf(delivery -> delivery.session() == session);
        } finally {
            lock.unlock();
        }
        leases.loseAllOf(session);
    }

    // ---- its life ----

    @Override
    public void pause() {
        want(Wanted.PAUSED);
    }

    @Override
    public void resume() {
        want(Wanted.TAKING);
    }

    @Override
    public CompletionStage<Void> drain() {
        want(Wanted.DRAINED);
        return drained.copy();
    }

    private void want(Wanted next) {
        List<RedisDelivery> back;
        lock.lock();
        try {
            if (wanted.compareTo(Wanted.DRAINED) >= 0 && next.compareTo(wanted) <= 0) {
                return;
            }
            wanted = next;
            back = next == Wanted.TAKING ? List.of() : List.copyOf(buffer);
            if (next != Wanted.TAKING) {
                buffer.clear();
            }
            givingBack++;
            change();
        } finally {
            lock.unlock();
        }
        giveBack(back);
    }

    private void giveBack(List<RedisDelivery> unused) {
        returns.unused(unused);
        lock.lock();
        try {
            givingBack--;
        } finally {
            lock.unlock();
        }
        finishDrainingIfWanted();
    }

    private void finishDrainingIfWanted() {
        boolean quiet;
        lock.lock();
        try {
            quiet = wanted.compareTo(Wanted.DRAINED) >= 0 && !asking && givingBack == 0;
        } finally {
            lock.unlock();
        }
        if (quiet) {
            returns.end().thenRun(() -> drained.complete(null));
        }
    }

    @Override
    public void close() {
        want(Wanted.CLOSED);
        settler.hurry();
        await(drained, "drain");
        await(Returns.unsettled(leases.all()), "give back what was not settled");
        around.link().unlisten(this);
        around.caretaker().leave(this);
        leases.stop();
        wakers.close();
        around.whenClosed().accept(this);
    }

    private void await(CompletionStage<Void> end, String what) {
        try {
            end.toCompletableFuture().get(CLOSE_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("the consumer of queue '{}' could not {}", queueName(), what, e);
        }
    }

    String queueName() {
        return spec.queue().name();
    }
}
