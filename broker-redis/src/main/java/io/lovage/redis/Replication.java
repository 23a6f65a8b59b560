package io.lovage.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lovage.spi.BrokerUnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Waits until replicas have what was written, where the user asks for it: a failover then does not lose it. Immutable.
 *
 * @param replicas how many; 0 means that nobody waits
 */
record Replication(int replicas, Duration timeout) {
    /** Completes when enough replicas have everything that this session has written to the server of a key. */
    CompletionStage<Void> confirm(Session session, byte[] key) {
        if (replicas == 0) {
            return CompletableFuture.completedFuture(null);
        }
        CompletionStage<RedisClusterAsyncCommands<byte[], byte[]>> server =
                session.wire().serverOf(key);
        return server.thenCompose(commands -> commands.waitForReplication(replicas, timeout.toMillis()))
                .thenAccept(reached -> {
                    if (reached < replicas) {
                        throw new BrokerUnavailableException("only " + reached + " of " + replicas
                                + " replicas confirmed within " + timeout + "; the primary has the messages");
                    }
                });
    }
}
