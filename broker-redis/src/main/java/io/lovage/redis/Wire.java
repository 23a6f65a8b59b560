package io.lovage.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A connection to one server, or to all of a cluster. It never connects again by itself, so that no command is sent
 * twice; once it is lost, all of it is. Thread-safe.
 */
final class Wire {
    private final CompletableFuture<Void> lost = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final Set<StatefulRedisConnection<byte[], byte[]>> heard = ConcurrentHashMap.newKeySet();
    private final StatefulConnection<byte[], byte[]> connection;
    private final RedisClusterAsyncCommands<byte[], byte[]> commands;
    private final @Nullable StatefulRedisClusterConnection<byte[], byte[]> cluster;

    private Wire(
            StatefulConnection<byte[], byte[]> connection,
            RedisClusterAsyncCommands<byte[], byte[]> commands,
            @Nullable StatefulRedisClusterConnection<byte[], byte[]> cluster) {
        this.connection = connection;
        this.commands = commands;
        this.cluster = cluster;
    }

    static Wire of(StatefulRedisConnection<byte[], byte[]> connection) {
        Wire wire = new Wire(connection, connection.async(), null);
        wire.listenTo(connection);
        return wire;
    }

    static Wire of(StatefulRedisClusterConnection<byte[], byte[]> connection) {
        return new Wire(connection, connection.async(), connection);
    }

    private void listenTo(StatefulRedisConnection<byte[], byte[]> one) {
        one.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> gone) {
                lost.complete(null);
            }
        });
        if (!one.isOpen()) {
            lost.complete(null);
        }
    }

    RedisClusterAsyncCommands<byte[], byte[]> commands() {
        return commands;
    }

    /** The same connection, where it was opened for hearing. */
    StatefulRedisPubSubConnection<byte[], byte[]> hearing() {
        if (connection instanceof StatefulRedisPubSubConnection<byte[], byte[]> one) {
            return one;
        }
        throw new IllegalStateException("this connection was opened for commands");
    }

    /** The one server that holds a key, over the connection that commands for that key take. */
    CompletableFuture<RedisClusterAsyncCommands<byte[], byte[]>> serverOf(byte[] key) {
        StatefulRedisClusterConnection<byte[], byte[]> all = cluster;
        if (all == null) {
            return CompletableFuture.completedFuture(commands);
        }
        try {
            return serverOf(all, SlotHash.getSlot(key));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e); // it was closed meanwhile
        }
    }

    private CompletableFuture<RedisClusterAsyncCommands<byte[], byte[]>> serverOf(
            StatefulRedisClusterConnection<byte[], byte[]> all, int slot) {
        RedisClusterNode node = all.getPartitions().getPartitionBySlot(slot);
        if (node == null || !isOpen()) {
            return CompletableFuture.failedFuture(new RedisException("no server of the cluster serves slot " + slot));
        }
        return all.getConnectionAsync(node.getUri().getHost(), node.getUri().getPort())
                .thenApply(one -> {
                    if (heard.add(one)) {
                        listenTo(one);
                    }
                    return one.async();
                });
    }

    boolean isCluster() {
        return cluster != null;
    }

    boolean isOpen() {
        return !lost.isDone() && connection.isOpen();
    }

    /** Runs {@code action} once when the connection is gone, at once when it already is. */
    void onLost(Runnable action) {
        CompletionStage<Void> end = lost;
        end.thenRun(action);
    }

    /** Ends it; whatever waits for an answer fails. Returns at once; completes when it is closed. Idempotent. */
    CompletionStage<Void> close() {
        lost.complete(null);
        if (closing.compareAndSet(false, true)) {
            CompletionStage<Void> ending = connection.closeAsync();
            ending.whenComplete((done, failure) -> closed.complete(null));
        }
        return closed.minimalCompletionStage();
    }
}
