package io.lovage.benchmarks.bare.redis;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lovage.benchmarks.bare.BareDecoder.Call;
import io.lovage.benchmarks.bare.BareEnvelope;
import io.lovage.benchmarks.workload.Chunk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Takes messages with their leases in one script, reads them, runs their handler on the calling thread and ends the
 * leases in another script. While a batch is run the next one is on its way, so the server never waits. Used by one
 * thread.
 */
public final class BareTaker {
    private static final long TIMEOUT_SECONDS = 60;
    private static final byte[] LEASE_MILLIS = bytes("30000");

    private static final String TAKE = """
            local raws = redis.call('RPOP', KEYS[1], ARGV[1])
            if not raws then return {} end
            local time = redis.call('TIME')
            local deadline = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]
            local number, leases, records = tonumber(ARGV[3]), {}, {}
            for i = 1, #raws do
              local id = 'bare:' .. string.format('%d', number + i)
              leases[#leases + 1], leases[#leases + 2] = deadline, id
              records[#records + 1], records[#records + 2] = id, raws[i]
            end
            redis.call('ZADD', KEYS[2], unpack(leases))
            redis.call('HSET', KEYS[3], unpack(records))
            return raws
            """;

    private static final String ACKNOWLEDGE = """
            redis.call('HDEL', KEYS[2], unpack(ARGV))
            return redis.call('ZREM', KEYS[1], unpack(ARGV))
            """;

    private final RedisAsyncCommands<byte[], byte[]> commands;
    private final BareList queue;
    private final Map<String, Consumer<Chunk>> handlers;
    private final int batch;
    private final String take;
    private final String acknowledge;

    /**
     * Ready to run.
     *
     * @param prefetch how many messages may be taken and not acknowledged: two batches
     */
    public BareTaker(BareList queue, int prefetch, Map<String, Consumer<Chunk>> handlers) {
        this.commands = queue.connection().async();
        this.queue = queue;
        this.handlers = Map.copyOf(handlers);
        this.batch = prefetch / 2;
        this.take = queue.connection().sync().scriptLoad(TAKE);
        this.acknowledge = queue.connection().sync().scriptLoad(ACKNOWLEDGE);
    }

    /** Returns when so many messages have been run and acknowledged. */
    public void run(int count) throws IOException, InterruptedException, TimeoutException {
        long asked = Math.min(batch, count);
        long done = 0;
        RedisFuture<List<byte[]>> coming = take(asked, 0);
        RedisFuture<Long> acknowledged = null;
        while (done < count) {
            List<byte[]> raws = answer(coming);
            if (raws.isEmpty()) {
                throw new IOException("got " + done + " of " + count + " messages");
            }
            long next = Math.min(batch, count - asked);
            if (next > 0) {
                coming = take(next, asked);
                asked += next;
            }
            for (byte[] raw : raws) {
                handle(raw);
            }
            acknowledged = acknowledge(done, raws.size());
            done += raws.size();
        }
        if (acknowledged != null && answer(acknowledged) < 1) {
            throw new IOException("the last batch was not acknowledged");
        }
    }

    private RedisFuture<List<byte[]>> take(long most, long firstNumber) {
        return commands.evalsha(
                take,
                ScriptOutputType.MULTI,
                new byte[][] {queue.list(), queue.leases(), queue.held()},
                bytes(Long.toString(most)),
                LEASE_MILLIS,
                bytes(Long.toString(firstNumber)));
    }

    private RedisFuture<Long> acknowledge(long before, int count) {
        byte[][] ids = new byte[count][];
        for (int i = 0; i < count; i++) {
            ids[i] = bytes("bare:" + (before + i + 1));
        }
        return commands.evalsha(
                acknowledge, ScriptOutputType.INTEGER, new byte[][] {queue.leases(), queue.held()}, ids);
    }

    private void handle(byte[] raw) throws IOException {
        Call call = BareEnvelope.read(raw);
        Consumer<Chunk> handler = handlers.get(call.task());
        if (handler == null) {
            throw new IOException("no handler for " + call.task());
        }
        handler.accept(call.chunk());
    }

    private static <T> T answer(RedisFuture<T> future) throws IOException, InterruptedException, TimeoutException {
        try {
            return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("the server refused a script", e.getCause());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
