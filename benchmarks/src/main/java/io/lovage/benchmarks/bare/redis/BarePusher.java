package io.lovage.benchmarks.bare.redis;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lovage.benchmarks.bare.Writing;
import io.lovage.benchmarks.workload.Chunk;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Publishes batches: one script looks whether the queue was declared, since a message to none must fail, and puts all
 * envelopes of the batch into its list. Used by one thread at a time.
 */
public final class BarePusher {
    private static final long TIMEOUT_SECONDS = 60;

    private static final String PUSH = """
            if redis.call('EXISTS', KEYS[1]) == 0 then return redis.error_reply('no such queue') end
            return redis.call('LPUSH', KEYS[2], unpack(ARGV))
            """;

    private final RedisAsyncCommands<byte[], byte[]> commands;
    private final BareList queue;
    private final Writing writing;
    private final String push;

    public BarePusher(BareList queue, Writing writing) {
        this.commands = queue.connection().async();
        this.queue = queue;
        this.writing = writing;
        this.push = queue.connection().sync().scriptLoad(PUSH);
    }

    /** Returns when the server has answered. */
    public void publish(List<Chunk> chunks) throws IOException, InterruptedException, TimeoutException {
        byte[][] batch = new byte[chunks.size()][];
        for (int i = 0; i < batch.length; i++) {
            batch[i] = writing.write(queue.name(), chunks.get(i));
        }
        try {
            RedisFuture<Long> pushed = commands.evalsha(
                    push, ScriptOutputType.INTEGER, new byte[][] {queue.declared(), queue.list()}, batch);
            pushed.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("the server refused a batch", e.getCause());
        }
    }
}
