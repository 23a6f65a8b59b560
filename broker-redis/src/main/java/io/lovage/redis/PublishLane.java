package io.lovage.redis;

import io.lovage.redis.PublishCall.Part;
import io.lovage.spi.BrokerException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/*
 * The way to one list, or into one sorted set of delayed messages. What several callers publish while an answer is
 * outstanding goes together in the next script: no message has a round trip of its own. Two scripts are under way at
 * once, so that the server has something to do while the answer of the first travels; over one connection they arrive
 * in order (rule R1.4).
 */
final class PublishLane {
    private static final int MOST_UNDER_WAY = 2;
    private static final int MOST_ARGUMENTS = 12_000;
    private static final long MOST_BYTES = 4 << 20;
    /** Enough for the server to be at work on while the caller writes the next envelopes. */
    private static final long AHEAD_BYTES = 128 << 10;

    /** What a lane sends: a script with its keys, and the arguments before those of the messages. */
    static final class Target {
        private final String what;
        private final Script script;
        private final byte[][] keys;
        private final List<byte[]> head;

        Target(String what, Script script, byte[][] keys, byte[]... head) {
            this.what = what;
            this.script = script;
            this.keys = keys;
            this.head = List.of(head);
        }
    }

    /** What a lane works with. Sessions come and go. */
    record Surroundings(Link link, Replication replication, Executor callbacks) {}

    private final Target target;
    private final Surroundings around;
    /* guarded by this */
    private final ArrayDeque<Part> waiting = new ArrayDeque<>();
    private int underWay;

    PublishLane(Target target, Surroundings around) {
        this.target = target;
        this.around = around;
    }

    /** Whether a part has become so large that it had better go ahead of the messages that follow. */
    static boolean isFull(Part part) {
        return part.bytes() >= AHEAD_BYTES;
    }

    boolean isIdle() {
        synchronized (this) {
            return waiting.isEmpty() && underWay == 0;
        }
    }

    void add(Part part) {
        synchronized (this) {
            waiting.add(part);
        }
        flush();
    }

    /** Sends what waits, as far as there is a connection and not too much is under way. */
    void flush() {
        synchronized (this) {
            while (underWay < MOST_UNDER_WAY && !waiting.isEmpty()) {
                Optional<Session> session = around.link().now();
                if (session.isEmpty()) {
                    return;
                }
                List<Part> batch = nextBatch();
                if (!batch.isEmpty()) {
                    underWay++;
                    send(session.get(), batch);
                }
            }
        }
    }

    private List<Part> nextBatch() {
        List<Part> batch = new ArrayList<>();
        int arguments = 0;
        long bytes = 0;
        while (!waiting.isEmpty() && arguments < MOST_ARGUMENTS && bytes < MOST_BYTES) {
            Part next = waiting.remove();
            if (!next.call().isOver()) {
                batch.add(next);
                arguments += next.arguments().size();
                bytes += next.bytes();
            }
        }
        return batch;
    }

    private void send(Session session, List<Part> batch) {
        List<byte[]> arguments = new ArrayList<>(target.head);
        batch.forEach(part -> arguments.addAll(part.arguments()));
        CompletionStage<Object> answer = session.run(target.script, target.keys, arguments.toArray(byte[][]::new));
        answer.thenCompose(held -> around.replication().confirm(session, target.keys[0]))
                .whenComplete((confirmed, failure) -> answered(batch, failure));
    }

    private void answered(List<Part> batch, @Nullable Throwable failure) {
        synchronized (this) {
            underWay--;
        }
        flush();
        BrokerException reason = failure == null ? null : RedisErrors.doing(target.what, failure);
        around.callbacks().execute(() -> batch.forEach(part -> part.call().finished(part, reason)));
    }
}
