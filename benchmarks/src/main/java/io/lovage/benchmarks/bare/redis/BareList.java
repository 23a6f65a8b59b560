package io.lovage.benchmarks.bare.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lovage.benchmarks.bare.Handling;
import io.lovage.benchmarks.bare.QueueUnderTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A list of envelopes, as Celery uses it, with the records of what was taken beside it. */
public final class BareList implements QueueUnderTest {
    private static final int TAKEN_AT_ONCE = 500;
    private static final String VERSION = "redis_version:";

    private final RedisClient client;
    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final RedisCommands<byte[], byte[]> commands;
    private final String name;

    private BareList(RedisClient client, String name) {
        this.client = client;
        this.connection = client.connect(ByteArrayCodec.INSTANCE);
        this.commands = connection.sync();
        this.name = name;
        commands.set(declared(), declared());
    }

    public static BareList open(String url, String name) throws IOException {
        RedisClient client = RedisClient.create(url);
        try {
            return new BareList(client, name);
        } catch (RedisException e) {
            client.shutdown();
            throw new IOException("no Redis there", e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    public StatefulRedisConnection<byte[], byte[]> connection() {
        return connection;
    }

    byte[] list() {
        return bytes(name);
    }

    /** Exists while the queue does: an empty list is none. */
    byte[] declared() {
        return bytes("bare:" + name + ":declared");
    }

    /** Sorted set: id of a lease, by its end in ms of the server's clock. */
    byte[] leases() {
        return bytes("bare:" + name + ":leases");
    }

    /** Hash: id of a lease to the envelope. */
    byte[] held() {
        return bytes("bare:" + name + ":held");
    }

    @Override
    public long waiting() {
        return commands.llen(list()) + commands.zcard(leases());
    }

    @Override
    public void takeAll(Handling handling) throws IOException {
        List<byte[]> raws = commands.rpop(list(), TAKEN_AT_ONCE);
        while (!raws.isEmpty()) {
            for (byte[] raw : raws) {
                handling.handle(raw);
            }
            raws = commands.rpop(list(), TAKEN_AT_ONCE);
        }
    }

    @Override
    public void purge() {
        commands.del(list(), leases(), held());
    }

    /** What the server uses for its data, in bytes, as it says itself. */
    public long usedMemory() {
        return Long.parseLong(info("memory", "used_memory:"));
    }

    /** A setting of the server, or why it cannot be read. */
    public String setting(String name) {
        try {
            return commands.configGet(name).getOrDefault(name, "cannot be read back: the server does not know it");
        } catch (RedisException e) {
            return "cannot be read back: " + e.getMessage();
        }
    }

    /** What the server calls its version. */
    public String serverVersion() {
        return info("server", VERSION);
    }

    private String info(String section, String field) {
        return commands.info(section)
                .lines()
                .filter(line -> line.startsWith(field))
                .map(line -> line.substring(field.length()).strip())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the server does not say its " + field));
    }

    /** Leaves the queue and what is in it to others. */
    public void disconnect() {
        connection.close();
        client.shutdown();
    }

    @Override
    public void close() {
        purge();
        commands.del(declared());
        disconnect();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
