package io.lovage.benchmarks.bare.redis;

import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lovage.benchmarks.workload.Chunk;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Publishes batches: all envelopes of a batch in one {@code LPUSH}. Used by one thread at a time. */
public final class BarePusher {
    private static final long TIMEOUT_SECONDS = 60;

    private final RedisAsyncCommands<byte[], byte[]> commands;
    private final BareList queue;
    private final BareEnvelope envelopes;

    public BarePusher(BareList queue, BareEnvelope envelopes) {
        this.commands = queue.connection().async();
        this.queue = queue;
        this.envelopes = envelopes;
    }

    /** Returns when the server has answered. */
    public void publish(List<Chunk> chunks) throws IOException, InterruptedException, TimeoutException {
        byte[][] batch = new byte[chunks.size()][];
        for (int i = 0; i < batch.length; i++) {
            batch[i] = envelopes.write(newId(), queue.name(), chunks.get(i));
        }
        try {
            commands.lpush(queue.list(), batch).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("the server refused a batch", e.getCause());
        }
    }

    static String newId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }
}
