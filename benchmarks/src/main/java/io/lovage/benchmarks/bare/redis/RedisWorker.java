package io.lovage.benchmarks.bare.redis;

import io.lettuce.core.LMoveArgs;
import io.lettuce.core.RedisCommandInterruptedException;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lovage.benchmarks.bare.BareEnvelope;
import io.lovage.benchmarks.bare.LiveWorker;
import io.lovage.benchmarks.bare.Slots;
import io.lovage.benchmarks.bare.TaskBody;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Takes what is there with leases, as much as the prefetch allows, and waits on the list when there is nothing; a slot
 * reads a message, runs it and ends its lease. Thread-safe.
 */
public final class RedisWorker implements LiveWorker {
    private static final double WAIT_SECONDS = 5;
    private static final long CLOSE_MILLIS = 10_000;
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
            redis.call('HDEL', KEYS[2], ARGV[1])
            return redis.call('ZREM', KEYS[1], ARGV[1])
            """;

    private final AtomicBoolean closed = new AtomicBoolean();
    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final BareList queue;
    private final StatefulRedisConnection<byte[], byte[]> waiting;
    private final Slots slots;
    private final Semaphore free;
    private final TaskBody body;
    private final String take;
    private final String acknowledge;
    private final Thread taker;
    private long taken;

    /**
     * Begins to take.
     *
     * @param queue its connection is left open
     * @param waiting another connection, which is blocked most of the time; left open, too
     */
    public RedisWorker(
            BareList queue, StatefulRedisConnection<byte[], byte[]> waiting, int count, int prefetch, TaskBody body) {
        this.connection = queue.connection();
        this.queue = queue;
        this.waiting = waiting;
        this.slots = new Slots(count);
        this.free = new Semaphore(prefetch);
        this.body = body;
        this.take = connection.sync().scriptLoad(TAKE);
        this.acknowledge = connection.sync().scriptLoad(ACKNOWLEDGE);
        this.taker = new Thread(this::takeAll, "bare-redis-taker");
        taker.setDaemon(true);
        taker.start();
    }

    private void takeAll() {
        try {
            while (!closed.get()) {
                free.acquire();
                int asked = 1 + free.drainPermits();
                List<byte[]> raws = take(asked);
                free.release(asked - raws.size());
                raws.forEach(this::hand);
                if (raws.isEmpty()) {
                    waiting.sync().blmove(queue.list(), queue.list(), LMoveArgs.Builder.rightRight(), WAIT_SECONDS);
                }
            }
        } catch (InterruptedException | RedisCommandInterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RedisException e) {
            slots.failed(e);
        }
    }

    private List<byte[]> take(int most) {
        List<byte[]> raws = connection
                .sync()
                .evalsha(
                        take,
                        ScriptOutputType.MULTI,
                        new byte[][] {queue.list(), queue.leases(), queue.held()},
                        bytes(Integer.toString(most)),
                        LEASE_MILLIS,
                        bytes(Long.toString(taken)));
        return raws;
    }

    private void hand(byte[] raw) {
        taken++;
        byte[] lease = bytes("bare:" + taken);
        Future<?> unused = slots.run(() -> {
            body.run(BareEnvelope.read(raw).chunk());
            connection
                    .async()
                    .evalsha(acknowledge, ScriptOutputType.INTEGER, new byte[][] {queue.leases(), queue.held()}, lease)
                    .whenComplete((ended, failure) -> acknowledged(failure));
        });
    }

    private void acknowledged(Throwable failure) {
        free.release();
        if (failure != null) {
            slots.failed(new IOException("a message was not acknowledged", failure));
        }
    }

    @Override
    public void check() throws IOException {
        slots.check();
    }

    @Override
    public void close() {
        closed.set(true);
        taker.interrupt();
        slots.close();
        try {
            taker.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
