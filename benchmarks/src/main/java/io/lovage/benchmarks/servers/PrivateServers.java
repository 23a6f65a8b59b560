package io.lovage.benchmarks.servers;

import io.lovage.benchmarks.plan.Broker;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Level;
import io.lovage.testservers.KafkaOptions;
import io.lovage.testservers.KafkaServer;
import io.lovage.testservers.RabbitOptions;
import io.lovage.testservers.RedisOptions;
import io.lovage.testservers.TestServer;
import io.lovage.testservers.TestServers;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Servers of our own on this machine, one at a time, so that none disturbs the others; each is set up for its level and
 * gone afterwards.
 */
public final class PrivateServers implements Servers {

    private @Nullable Reading read;
    private @Nullable Running running;

    /** Which server it is: those of one key are the same. */
    private record Key(Broker broker, Level level) {}

    private record Running(Key key, TestServer server, OptionalLong pid) {}

    /** What a server said, so that it is not asked for every row. */
    private record Reading(Contender contender, Level level, Running of, Server server) {
        boolean isOf(Contender other, Level at, Running there) {
            return contender == other && level == at && of.equals(there);
        }
    }

    @Override
    public Server at(Contender contender, Level level) throws IOException {
        if (contender == Contender.MEMORY) {
            return new Server(
                    "memory://bench-" + UUID.randomUUID(),
                    OptionalLong.empty(),
                    Runtime.version().toString(),
                    ReadBack.memory());
        }
        Running there = running(key(contender, level));
        Reading before = read;
        if (before != null && before.isOf(contender, level, there)) {
            return before.server();
        }
        Server server = ReadBack.of(contender, level, there.server().url(), there.pid());
        Server whole = contender.broker() == Broker.KAFKA ? server.version(KafkaServer.version()) : server;
        read = new Reading(contender, level, there, whole);
        return whole;
    }

    /** What a message is promised on RabbitMQ is a matter of its queue and of itself, not of the server. */
    private static Key key(Contender contender, Level level) {
        Broker broker = contender.broker();
        boolean onDisk = level == Level.D2;
        return switch (broker) {
            case MEMORY, RABBITMQ -> new Key(broker, Level.D1);
            case REDIS -> new Key(broker, level);
            case KAFKA -> new Key(broker, onDisk ? Level.D2 : Level.D1);
        };
    }

    private Running running(Key key) {
        Running there = running;
        if (there == null || !there.key().equals(key)) {
            close();
            there = start(key);
            running = there;
        }
        return there;
    }

    private static Running start(Key key) {
        return switch (key.broker()) {
            case MEMORY -> throw new IllegalArgumentException("memory has no server");
            case RABBITMQ -> {
                var server = TestServers.startRabbit(rabbit()).orSkip(reason -> {
                    throw missing(reason);
                });
                yield new Running(key, server, pid(server::pid));
            }
            case REDIS -> {
                var server = TestServers.startRedis(redis(key.level())).orSkip(reason -> {
                    throw missing(reason);
                });
                yield new Running(key, server, pid(server::pid));
            }
            case KAFKA -> {
                var server = TestServers.startKafka(kafka(key.level())).orSkip(reason -> {
                    throw missing(reason);
                });
                yield new Running(key, server, pid(server::pid));
            }
        };
    }

    private static IllegalStateException missing(String reason) {
        return new IllegalStateException(reason + "; leave it out with --broker");
    }

    /** With memory enough not to slow publishers down. */
    private static RabbitOptions rabbit() {
        return RabbitOptions.ofDefaults().config("vm_memory_high_watermark.absolute", "2GB");
    }

    private static RedisOptions redis(Level level) {
        RedisOptions options = RedisOptions.ofDefaults();
        return switch (level) {
            case D0 -> options.withoutPersistence();
            case D1 -> options.config("appendfsync", "everysec");
            case D2 -> options.config("appendfsync", "always");
        };
    }

    private static KafkaOptions kafka(Level level) {
        KafkaOptions options = KafkaOptions.ofDefaults().jvm("-Xms1g", "-Xmx1g");
        return level == Level.D2 ? options.config("log.flush.interval.messages", "1") : options;
    }

    /** The process of a server. */
    private interface Pid {
        long get();
    }

    /** A server in a container has none that could be seen from here. */
    private static OptionalLong pid(Pid pid) {
        try {
            return OptionalLong.of(pid.get());
        } catch (IllegalStateException inContainer) {
            return OptionalLong.empty();
        }
    }

    @Override
    public void close() {
        if (running != null) {
            running.server().close();
            running = null;
        }
    }
}
