package io.lovage.testservers;

import org.jspecify.annotations.Nullable;

/**
 * One server of each kind for all tests of a JVM: started when first asked for, gone when the JVM ends. Who kills or
 * freezes it brings it back before going on; who wants other options or no neighbours starts one of their own.
 * Thread-safe.
 */
public final class SharedServers {
    private static final Object LOCK = new Object();
    private static @Nullable RabbitServer rabbit;
    private static @Nullable RedisServer redis;

    private SharedServers() {}

    /** The shared RabbitMQ, running. */
    public static RabbitServer rabbit() {
        synchronized (LOCK) {
            RabbitServer current = rabbit;
            if (current == null) {
                current = RabbitServer.start();
                rabbit = current;
            }
            return running(current);
        }
    }

    /** The shared Redis, running. */
    public static RedisServer redis() {
        synchronized (LOCK) {
            RedisServer current = redis;
            if (current == null) {
                current = RedisServer.start();
                redis = current;
            }
            return running(current);
        }
    }

    private static <S extends TestServer> S running(S server) {
        if (!server.isRunning()) {
            server.restart();
        }
        return server;
    }
}
