package io.lovage.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.TimeSource;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/*
 * WAIT blocks its connection until replicas have what was written over it before: nothing else is answered meanwhile,
 * the ping of the heartbeat neither. So a connection has one WAIT at a time, for all who ask, and a short one. Whoever
 * asks in the meantime, or is not satisfied by its answer, asks with the next one, until its own time is over. A ping
 * has at most one WAIT before it.
 */
/**
 * Waits until replicas have what was written, where the user asks for it: a failover then does not lose it.
 * Thread-safe.
 */
final class Replication {
    /** A ping may take half a heartbeat. */
    private static final int WAITS_PER_HEARTBEAT = 4;

    private static final String OF_A_REPLICA = "WAIT cannot be used with replica";

    /**
     * For whom to wait.
     *
     * @param replicas how many; 0 means that nobody waits
     * @param timeout for how long; it may be half as much longer
     * @param heartbeat of the connection
     */
    record Spec(int replicas, Duration timeout, Duration heartbeat, TimeSource time) {
        long waitMillis() {
            Duration share = heartbeat.dividedBy(WAITS_PER_HEARTBEAT);
            Duration half = timeout.dividedBy(2);
            Duration shorter = share.compareTo(half) < 0 ? share : half;
            return Math.max(1, shorter.toMillis()); // 0 would mean for ever
        }
    }

    private record Asker(CompletableFuture<Void> promise, long deadline) {}

    private final Spec spec;
    /** Who asks with the next WAIT. There is an entry as long as one is under way. Guarded by this. */
    private final Map<RedisClusterAsyncCommands<byte[], byte[]>, List<Asker>> next = new HashMap<>();

    Replication(Spec spec) {
        this.spec = spec;
    }

    /** Completes when enough replicas have everything that this session has written to the server of a key. */
    CompletionStage<Void> confirm(Session session, byte[] key) {
        if (spec.replicas() == 0) {
            return CompletableFuture.completedFuture(null);
        }
        CompletionStage<RedisClusterAsyncCommands<byte[], byte[]>> server =
                session.wire().serverOf(key);
        return server.thenCompose(this::reached);
    }

    private CompletionStage<Void> reached(RedisClusterAsyncCommands<byte[], byte[]> server) {
        Asker asker = new Asker(
                new CompletableFuture<>(),
                spec.time().nanoTime() + spec.timeout().toNanos());
        synchronized (this) {
            List<Asker> others = next.get(server);
            if (others != null) {
                others.add(asker);
                return asker.promise();
            }
            next.put(server, new ArrayList<>());
        }
        ask(server, List.of(asker));
        return asker.promise();
    }

    private void ask(RedisClusterAsyncCommands<byte[], byte[]> server, List<Asker> askers) {
        CompletionStage<Long> answer = server.waitForReplication(spec.replicas(), spec.waitMillis());
        answer.whenComplete((reached, failure) -> answered(server, askers, reached, failure));
    }

    private void answered(
            RedisClusterAsyncCommands<byte[], byte[]> server,
            List<Asker> askers,
            @Nullable Long reached,
            @Nullable Throwable failure) {
        boolean enough = reached != null && reached >= spec.replicas();
        long now = spec.time().nanoTime();
        List<Asker> over = new ArrayList<>();
        List<Asker> more = new ArrayList<>();
        for (Asker asker : askers) {
            (enough || failure != null || asker.deadline() - now <= 0 ? over : more).add(asker);
        }
        synchronized (this) {
            // A server that refuses, or is gone, is of no use to the others either.
            (failure == null ? more : over).addAll(next.getOrDefault(server, List.of()));
            if (more.isEmpty()) {
                next.remove(server);
            } else {
                next.put(server, new ArrayList<>());
            }
        }
        if (!more.isEmpty()) {
            ask(server, more);
        }
        @Nullable Throwable reason = enough ? null : failure == null ? tooFew(reached) : refusal(failure);
        over.forEach(asker -> tell(asker, reason));
    }

    /** It was a primary when it took the message: the next attempt finds the new one. */
    private static Throwable refusal(Throwable failure) {
        return RedisErrors.text(failure).contains(OF_A_REPLICA)
                ? new BrokerUnavailableException("this server has become a replica, a primary is looked for", failure)
                : failure;
    }

    private static void tell(Asker asker, @Nullable Throwable reason) {
        if (reason == null) {
            asker.promise().complete(null);
        } else {
            asker.promise().completeExceptionally(reason);
        }
    }

    private BrokerUnavailableException tooFew(@Nullable Long reached) {
        return new BrokerUnavailableException(
                "only " + reached + " of " + spec.replicas() + " replicas confirmed within "
                        + UrlOptions.written(spec.timeout()) + "; the primary has the messages");
    }
}
