package io.lovage.benchmarks.bare.redis;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lovage.benchmarks.bare.BareEncoder;
import io.lovage.benchmarks.bare.BareEnvelope;
import io.lovage.benchmarks.bare.SingleSender;
import io.lovage.benchmarks.workload.Chunk;
import java.util.concurrent.CompletionStage;

/** Puts one envelope into the list with one script, unless the queue was never declared. Used by one thread. */
public final class RedisSender implements SingleSender {
    private static final String PUSH = """
            if redis.call('EXISTS', KEYS[1]) == 0 then return redis.error_reply('no such queue') end
            return redis.call('LPUSH', KEYS[2], ARGV[1])
            """;

    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final BareList queue;
    private final BareEnvelope envelopes;
    private final String push;

    /** Over the connection of the queue, which it leaves open. */
    public RedisSender(BareList queue, BareEncoder encoder) {
        this.connection = queue.connection();
        this.queue = queue;
        this.envelopes = new BareEnvelope(encoder);
        this.push = connection.sync().scriptLoad(PUSH);
    }

    @Override
    public CompletionStage<?> send(Chunk chunk) {
        byte[] envelope = envelopes.write(BareEncoder.newId(), queue.name(), chunk);
        return connection
                .async()
                .evalsha(push, ScriptOutputType.INTEGER, new byte[][] {queue.declared(), queue.list()}, envelope);
    }

    @Override
    public void close() {
        // the connection is the queue's
    }
}
