package io.lovage.redis;

import io.lovage.spi.BrokerException;
import io.lovage.spi.Settled;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/*
 * Settlements of one kind and one queue, which go together in scripts that act only on what is still held and say so of
 * each. A script of few costs as much as one of many, on both sides. So the first goes at once, and what follows within
 * the next millisecond waits for its end, unless so many wait that there is nothing left to run meanwhile. Settlements
 * that are more than a millisecond apart wait for nothing. Thread-safe.
 */
final class SettleLane {
    private static final int MOST_UNDER_WAY = 2;
    private static final long MOST_BYTES = 4 << 20;
    private static final int MOST_GATHERED = 256;
    private static final long GATHERING_NANOS = Duration.ofMillis(1).toNanos();

    /** What a lane sends: a script with its keys, and the arguments before those of the settlements. */
    record Target(Script script, List<byte[]> keys, List<byte[]> head) {}

    private final Target target;
    private final byte[][] keys;
    private final TimeSource time;
    private final Executor callbacks;
    /* guarded by this */
    private final ArrayDeque<Item> waiting = new ArrayDeque<>();
    private int gathered;
    private long lastSentNanos;
    private boolean timed;
    private int underWay;

    private record Item(RedisDelivery delivery, List<byte[]> arguments) {}

    /** {@code gathered} is how many need not wait for others; with 1 or less none does. */
    SettleLane(Target target, int gathered, TimeSource time, Executor callbacks) {
        this.target = target;
        this.keys = target.keys().toArray(byte[][]::new);
        this.gathered = Math.min(gathered, MOST_GATHERED);
        this.time = time;
        this.callbacks = callbacks;
        this.lastSentNanos = time.nanoTime() - GATHERING_NANOS;
    }

    void add(RedisDelivery delivery, byte[]... arguments) {
        synchronized (this) {
            waiting.add(new Item(delivery, List.of(arguments)));
            flush();
        }
    }

    /** From now on nothing waits for others. */
    synchronized void hurry() {
        gathered = 1;
        flush();
    }

    private synchronized void flush() {
        while (underWay < MOST_UNDER_WAY && !waiting.isEmpty() && isDue()) {
            lastSentNanos = time.nanoTime();
            List<Item> batch = nextBatch();
            underWay++;
            send(batch);
        }
    }

    private synchronized boolean isDue() {
        if (waiting.size() >= gathered) {
            return true;
        }
        long left = lastSentNanos + GATHERING_NANOS - time.nanoTime();
        if (left > 0 && !timed) {
            timed = true;
            time.after(Duration.ofNanos(left), this::timeIsUp);
        }
        return left <= 0;
    }

    private synchronized void timeIsUp() {
        timed = false;
        flush();
    }

    /** All of one session: what another one took is lost to this one. */
    private List<Item> nextBatch() {
        List<Item> batch = new ArrayList<>();
        Session session = waiting.element().delivery().session();
        long bytes = 0;
        while (!waiting.isEmpty()
                && batch.size() < Scripts.MOST_AT_ONCE
                && bytes < MOST_BYTES
                && waiting.element().delivery().session() == session) {
            Item next = waiting.remove();
            batch.add(next);
            for (byte[] argument : next.arguments()) {
                bytes += argument.length;
            }
        }
        return batch;
    }

    private void send(List<Item> batch) {
        Session session = batch.get(0).delivery().session();
        if (session.isOver()) {
            underWay--;
            tell(batch, index -> Settled.LEASE_LOST);
            return;
        }
        List<byte[]> arguments = new ArrayList<>(target.head());
        for (Item item : batch) {
            arguments.addAll(item.arguments());
        }
        CompletionStage<byte[]> answer = session.run(target.script(), keys, arguments.toArray(byte[][]::new));
        answer.whenComplete((applied, failure) -> answered(batch, applied, failure));
    }

    private void tell(List<Item> batch, IntFunction<Settled> outcomes) {
        List<RedisDelivery> deliveries = batch.stream().map(Item::delivery).toList();
        callbacks.execute(() -> RedisDelivery.settled(deliveries, outcomes));
    }

    private void answered(List<Item> batch, byte[] applied, @Nullable Throwable failure) {
        synchronized (this) {
            underWay--;
            flush();
        }
        if (failure == null) {
            tell(batch, index -> Scripts.isYes(applied, index) ? Settled.APPLIED : Settled.LEASE_LOST);
        } else if (RedisErrors.isAnswer(failure)) {
            BrokerException reason = RedisErrors.doing("settle", failure);
            callbacks.execute(() -> batch.forEach(item -> item.delivery().failed(reason)));
        } else {
            tell(batch, index -> Settled.UNKNOWN);
        }
    }
}
