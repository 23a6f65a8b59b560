package io.lovage.benchmarks.bare.redis;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lovage.benchmarks.bare.Handling;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes messages with their leases in one script, reads them, runs their handler on the calling thread and ends the
 * leases in another script. While a batch is run the next one is on its way, so the server never waits. Used by one
 * thread.
 */
public final class BareTaker {
    private static final long TIMEOUT_SECONDS = 60;
    /** What a server with nothing to give is left alone for. */
    private static final long PAUSE_NANOS = 1_000_000;

    /** How many empty answers end a run: it has nothing more to come. */
    private static final int LONGEST_SILENCE = 5_000;

    private static final int LONGEST_BEGINNING = 60_000;
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
    private final Handling handling;
    private final int batch;
    private final String take;
    private final String acknowledge;

    /**
     * Ready to run.
     *
     * @param prefetch how many messages may be taken and not acknowledged: two batches
     */
    public BareTaker(BareList queue, int prefetch, Handling handling) {
        this.commands = queue.connection().async();
        this.queue = queue;
        this.handling = handling;
        this.batch = prefetch / 2;
        this.take = queue.connection().sync().scriptLoad(TAKE);
        this.acknowledge = queue.connection().sync().scriptLoad(ACKNOWLEDGE);
    }

    /** Returns when so many messages have been run and acknowledged, or when no more have come for some seconds. */
    public void run(int count) throws IOException, InterruptedException, TimeoutException {
        long done = 0;
        long emptyAnswers = 0;
        RedisFuture<List<byte[]>> coming = ask(count, 0);
        RedisFuture<Long> acknowledged = null;
        while (done < count) {
            List<byte[]> raws = answer(coming);
            if (raws.isEmpty()) {
                emptyAnswers++;
                if (emptyAnswers > (done == 0 ? LONGEST_BEGINNING : LONGEST_SILENCE)) {
                    break;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
                coming = ask(count - done, done);
                continue;
            }
            emptyAnswers = 0;
            long before = done;
            done += raws.size();
            if (done < count) {
                coming = ask(count - done, done);
            }
            for (byte[] raw : raws) {
                handling.handle(raw);
            }
            acknowledged = acknowledge(before, raws.size());
        }
        if (acknowledged != null && answer(acknowledged) < 1) {
            throw new IOException("the last batch was not acknowledged");
        }
    }

    private RedisFuture<List<byte[]>> ask(long left, long firstNumber) {
        return take(Math.min(batch, left), firstNumber);
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
