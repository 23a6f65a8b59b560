package io.lovage.testservers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A private Redis that writes everything down once a second and keeps it over a kill. It starts in less than a tenth of
 * a second. Thread-safe.
 */
public final class RedisServer implements TestServer {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final Path folder = Leftovers.ofThisJvm().folder("redis");
    private final int port = Ports.free();
    private final PrivateProcess server;
    private volatile boolean stopped;

    private RedisServer(Path program) {
        List<String> words = List.of(
                program.toString(),
                "--bind",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--dir",
                folder.toString(),
                "--save",
                "",
                "--appendonly",
                "yes",
                "--appendfsync",
                "everysec");
        server = new PrivateProcess(new PrivateProcess.Command(
                "Redis", words, variable -> true, Map.of(), folder, folder.resolve("redis.out")));
    }

    /** Why there can be no private Redis here, and what to do; empty when there can. */
    public static Optional<String> missing() {
        return program().isPresent()
                ? Optional.empty()
                : Optional.of("Redis is not installed (Debian and Ubuntu: apt-get install redis-server)");
    }

    private static Optional<Path> program() {
        return Programs.find("redis-server").or(() -> Programs.find("valkey-server"));
    }

    /**
     * Starts a server and returns when it answers.
     *
     * @throws ServerException when it is not installed or not ready within 120 seconds
     */
    public static RedisServer start() {
        RedisServer redis = new RedisServer(
                program().orElseThrow(() -> new ServerException(missing().orElse("Redis is not installed"))));
        try {
            redis.launch();
            return redis;
        } catch (RuntimeException e) {
            redis.stop();
            throw e;
        }
    }

    private synchronized void launch() {
        if (stopped) {
            throw new IllegalStateException("this Redis was stopped; start another one");
        }
        server.start(START_LIMIT, () -> Handshake.isRedis(port));
    }

    @Override
    public String url() {
        return "redis://127.0.0.1:" + port + "/0";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public boolean isRunning() {
        return server.isAlive();
    }

    @Override
    public void kill() {
        server.kill();
    }

    @Override
    public void restart() {
        server.terminate();
        launch();
    }

    @Override
    public void freeze() {
        server.freeze();
    }

    @Override
    public void resume() {
        server.resume();
    }

    @Override
    public synchronized void stop() {
        stopped = true;
        server.terminate();
        Leftovers.remove(folder);
    }
}
