package io.lovage.redis;

import io.lovage.testservers.RedisOptions;
import io.lovage.testservers.RedisServer;
import java.util.concurrent.CompletableFuture;

/**
 * A Redis that takes some seconds to load its data when it starts again. Until then it answers {@code LOADING} to what
 * needs data, but not to those commands with which a connection begins.
 */
final class LoadingServer implements AutoCloseable {
    private static final String KEYS = "20000";
    private static final String MICROSECONDS_PER_KEY = "200";

    /** With a password a client begins with AUTH, which is allowed, and not with a ping, which is not. */
    private final RedisServer server = RedisServer.start(
            RedisOptions.ofDefaults().password("secret").config("key-load-delay", MICROSECONDS_PER_KEY));

    LoadingServer() {
        server.command("EVAL", "for i = 1, tonumber(ARGV[1]) do redis.call('SET', 'k' .. i, i) end", "0", KEYS);
    }

    RedisServer server() {
        return server;
    }

    /** Completes when it has loaded everything. */
    CompletableFuture<Void> killAndStartAgain() {
        server.kill();
        return CompletableFuture.runAsync(server::restart);
    }

    @Override
    public void close() {
        server.stop();
    }
}
