package io.lovage.redis;

import io.lovage.spi.BrokerException;
import io.lovage.spi.Settled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Settlements of one kind and one queue. What is settled while an answer is outstanding goes together in the next
 * script, which acts only on what is still held and says so of each. Thread-safe.
 */
final class SettleLane {
    private static final int MOST_UNDER_WAY = 2;
    private static final long MOST_BYTES = 4 << 20;

    private final Script script;
    private final byte[][] keys;
    private final List<byte[]> head;
    private final Executor callbacks;
    /* guarded by this */
    private final ArrayDeque<Item> waiting = new ArrayDeque<>();
    private int underWay;

    private record Item(RedisDelivery delivery, List<byte[]> arguments) {}

    SettleLane(Script script, byte[][] keys, List<byte[]> head, Executor callbacks) {
        this.script = script;
        this.keys = keys;
        this.head = head;
        this.callbacks = callbacks;
    }

    void add(RedisDelivery delivery, byte[]... arguments) {
        synchronized (this) {
            waiting.add(new Item(delivery, List.of(arguments)));
        }
        flush();
    }

    private void flush() {
        synchronized (this) {
            while (underWay < MOST_UNDER_WAY && !waiting.isEmpty()) {
                List<Item> batch = nextBatch();
                underWay++;
                send(batch);
            }
        }
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
            tell(batch, Settled.LEASE_LOST);
            return;
        }
        List<byte[]> arguments = new ArrayList<>(head);
        batch.forEach(item -> arguments.addAll(item.arguments()));
        CompletionStage<byte[]> answer = session.run(script, keys, arguments.toArray(byte[][]::new));
        answer.whenComplete((applied, failure) -> answered(batch, applied, failure));
    }

    private void tell(List<Item> batch, Settled outcome) {
        callbacks.execute(() -> batch.forEach(item -> item.delivery().settled(outcome)));
    }

    private void answered(List<Item> batch, byte[] applied, @Nullable Throwable failure) {
        synchronized (this) {
            underWay--;
        }
        flush();
        if (failure == null) {
            callbacks.execute(() -> {
                for (int i = 0; i < batch.size(); i++) {
                    batch.get(i).delivery().settled(Scripts.isYes(applied, i) ? Settled.APPLIED : Settled.LEASE_LOST);
                }
            });
        } else if (RedisErrors.isAnswer(failure)) {
            BrokerException reason = RedisErrors.doing("settle", failure);
            callbacks.execute(() -> batch.forEach(item -> item.delivery().failed(reason)));
        } else {
            tell(batch, Settled.UNKNOWN);
        }
    }
}
