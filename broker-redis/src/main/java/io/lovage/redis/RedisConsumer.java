package io.lovage.redis;

import io.lovage.spi.Broker;
import io.lovage.spi.BrokerException;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.Settlement;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Takes from one queue. It has no thread: whoever polls asks the server for as much as there is room for, one request at
 * a time, and sleeps until something has come. When the queue is empty the waiters block on the server; when they are
 * woken, the sleeper asks again. What arrives when nobody polls any more stays in the buffer for the next one.
 *
 * Lock order: this consumer's lock before those of Leases, SettleLane and Link.
 */
final class RedisConsumer implements Broker.Consumer, Link.Listener, RedisDelivery.Keeper {
    private static final Logger log = LoggerFactory.getLogger(RedisConsumer.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);

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
     * @param number tells it from others of the same broker, in the ids of its leases
     */
    record Surroundings(
            Link link,
            Connector connector,
            TimeSource time,
            Executor callbacks,
            Duration heartbeat,
            Caretaker caretaker,
            boolean celeryPriorities,
            long number) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private final IdentityHashMap<byte[], Waiter> waiters = new IdentityHashMap<>();
    private final ArrayDeque<RedisDelivery> buffer = new ArrayDeque<>();
    private final Surroundings around;
    private final ConsumeSpec spec;
    private final QueueKeys keys;
    private final Leases leases;
    private final Settler settler;
    /* guarded by lock */
    private Wanted wanted = Wanted.TAKING;
    private @Nullable BrokerException failure;
    private CompletionStage<Void> givingBack = CompletableFuture.completedFuture(null);
    private boolean asking;
    private boolean empty;
    private boolean stirred;
    private boolean levels;
    private long number;
    private long changes;

    RedisConsumer(ConsumeSpec spec, QueueKeys keys, Settler settler, boolean renews, Surroundings around) {
        this.spec = spec;
        this.keys = keys;
        this.settler = settler;
        this.around = around;
        this.leases = new Leases(
                new Leases.Surroundings(keys, around.time(), around.callbacks(), this::freed),
                spec.queue().lease(),
                renews && spec.renew());
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
                if (wanted == Wanted.TAKING && !buffer.isEmpty()) {
                    return handOut(max);
                }
                long seen = changes;
                if (wanted == Wanted.TAKING) {
                    ask(max);
                }
                long left = deadline - around.time().nanoTime();
                if (left <= 0) {
                    return buffer.isEmpty() ? List.of() : handOut(max);
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
    private void ask(int max) {
        int room = Math.min(Math.min(max, Scripts.MOST_AT_ONCE), spec.prefetch() - leases.size());
        Optional<Session> session = around.link().now();
        if (asking || room <= 0 || session.isEmpty()) {
            return;
        }
        if (empty) {
            keys.waitingKeys(levels)
                    .forEach(key -> waiters.computeIfAbsent(key, this::waiter).arm());
            return;
        }
        asking = true;
        stirred = false;
        long first = number;
        number += room;
        byte[][] all = keys.keys(levels);
        String prefix = session.get().token() + ":" + around.number() + "-";
        long sent = around.time().nanoTime();
        CompletionStage<List<Object>> answer = session.get()
                .run(
                        Scripts.TAKE,
                        all,
                        keys.levelsOf(all),
                        Scripts.bytes(room),
                        Scripts.bytes(spec.queue().lease().toMillis()),
                        Scripts.bytes(prefix),
                        Scripts.bytes(first));
        answer.whenComplete((taken, refusal) -> {
            if (refusal == null) {
                taken(deliveries(session.get(), prefix, first, taken), room, sent, taken.get(0));
            } else {
                notTaken(refusal);
            }
        });
    }

    private Waiter waiter(byte[] key) {
        return new Waiter(key, around.connector(), around.time(), around.heartbeat(), this::stir);
    }

    private List<RedisDelivery> deliveries(Session session, String prefix, long first, List<Object> answer) {
        List<RedisDelivery> deliveries = new ArrayList<>(answer.size() / 2);
        for (int i = 1; i < answer.size(); i += 2) {
            String meta = Scripts.text(answer.get(i));
            RedisDelivery.Taken taken = new RedisDelivery.Taken(
                    prefix + (first + i / 2), meta.charAt(0), Integer.parseInt(meta.substring(2)), (byte[])
                            answer.get(i + 1));
            deliveries.add(new RedisDelivery(this, session, taken));
        }
        return deliveries;
    }

    private void taken(List<RedisDelivery> deliveries, int room, long sentNanos, Object levelsInUse) {
        boolean wantedNoMore;
        lock.lock();
        try {
            asking = false;
            boolean first = !levels && Scripts.number(levelsInUse) == 1;
            levels |= first;
            empty = deliveries.size() < room && !stirred && !first;
            wantedNoMore = wanted != Wanted.TAKING;
            leases.grant(deliveries, sentNanos);
            if (!wantedNoMore) {
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
            finishDrainingIfWanted();
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

    private void finishDrainingIfWanted() {
        boolean draining;
        lock.lock();
        try {
            draining = wanted.compareTo(Wanted.DRAINED) >= 0;
        } finally {
            lock.unlock();
        }
        if (draining) {
            finishDraining();
        }
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

    /** Somebody has sent a message with a priority: there is more to wait on. */
    void levelsInUse() {
        lock.lock();
        try {
            levels = true;
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

    // ---- what deliveries ask for ----

    @Override
    public QueueKeys queue() {
        return keys;
    }

    @Override
    public boolean celeryPriorities() {
        return around.celeryPriorities();
    }

    @Override
    public void settle(RedisDelivery delivery, Settlement how) {
        settler.settle(delivery, how);
    }

    @Override
    public void giveBack(RedisDelivery delivery) {
        settler.giveBack(delivery);
    }

    @Override
    public void abandoned(RedisDelivery delivery) {
        // the next beat passes it over
    }

    @Override
    public void forget(RedisDelivery delivery) {
        leases.forget(delivery);
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
        boolean quiet;
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
            quiet = !asking;
            change();
        } finally {
            lock.unlock();
        }
        giveBack(back);
        if (next.compareTo(Wanted.DRAINED) >= 0 && quiet) {
            finishDraining();
        }
    }

    /** What nobody was handed goes back at once (rule R2.5), in reverse, so that the first is the first again. */
    private void giveBack(List<RedisDelivery> unused) {
        List<CompletionStage<Void>> all = new ArrayList<>();
        for (int i = unused.size() - 1; i >= 0; i--) {
            all.add(unused.get(i).giveBack(false));
        }
        lock.lock();
        try {
            givingBack = together(givingBack, all);
        } finally {
            lock.unlock();
        }
    }

    private static CompletionStage<Void> together(CompletionStage<Void> first, List<CompletionStage<Void>> others) {
        CompletionStage<Void> together = first;
        for (CompletionStage<Void> other : others) {
            together = together.thenCombine(other, (one, two) -> null);
        }
        return together;
    }

    private void finishDraining() {
        CompletionStage<Void> last;
        lock.lock();
        try {
            last = givingBack;
        } finally {
            lock.unlock();
        }
        last.thenRun(() -> drained.complete(null));
    }

    @Override
    public void close() {
        want(Wanted.CLOSED);
        await(drained, "drain");
        List<CompletionStage<Void>> unsettled =
                leases.all().stream().map(delivery -> delivery.giveBack(true)).toList();
        await(together(CompletableFuture.completedFuture(null), unsettled), "give back what was not settled");
        around.link().unlisten(this);
        around.caretaker().leave(this);
        leases.stop();
        List<Waiter> ending;
        lock.lock();
        try {
            ending = List.copyOf(waiters.values());
        } finally {
            lock.unlock();
        }
        ending.forEach(Waiter::close);
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
