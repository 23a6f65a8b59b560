package io.lovage.testservers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A primary, its replica, and three sentinels that make the replica the primary when the primary has been silent for a
 * second. They start within a few seconds. Thread-safe.
 */
public final class RedisSentinels implements AutoCloseable {
    private static final int SENTINELS = 3;
    private static final String PRIMARY_NAME = "lovage";
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final List<RedisServer> servers = new ArrayList<>();
    private final List<RedisSentinel> sentinels = new ArrayList<>();

    private RedisSentinels() {}

    /** Starts them with default options. */
    public static RedisSentinels start() {
        return start(RedisOptions.ofDefaults());
    }

    /**
     * Starts them and returns when the replica follows its primary and every sentinel knows the others.
     *
     * @param options of the primary and the replica
     * @throws ServerException when Redis is not installed or they are not ready within 120 seconds
     */
    public static RedisSentinels start(RedisOptions options) {
        RedisSentinels all = new RedisSentinels();
        try {
            all.launch(options.replicated());
            return all;
        } catch (RuntimeException e) {
            all.stop();
            throw e;
        }
    }

    private void launch(RedisOptions options) {
        RedisServer primary = RedisServer.start(options);
        servers.add(primary);
        RedisServer replica = RedisServer.start(options.config("replicaof", "127.0.0.1 " + primary.port()));
        servers.add(replica);
        await(replica::followsItsPrimary, START_LIMIT, "the replica does not follow its primary");
        Path program = RedisServer.program().orElseThrow();
        Optional<String> password = Optional.ofNullable(options.config().get("requirepass"));
        for (int i = 0; i < SENTINELS; i++) {
            sentinels.add(RedisSentinel.start(program, PRIMARY_NAME, primary, password));
        }
        awaitReadyToReplace(START_LIMIT);
    }

    /** The name under which the sentinels know the primary. */
    public String primaryName() {
        return PRIMARY_NAME;
    }

    /** Host and port of each sentinel. */
    public List<String> addresses() {
        return sentinels.stream()
                .map(sentinel -> "127.0.0.1:" + sentinel.port())
                .toList();
    }

    /** The sentinels, to be killed, frozen and brought back. */
    public List<TestServer> sentinels() {
        return List.copyOf(sentinels);
    }

    /**
     * The primary: the running server that all sentinels that answer name as such and that holds itself for it.
     *
     * @throws ServerException when there is none at the moment
     */
    public RedisServer primary() {
        return findPrimary().orElseThrow(() -> new ServerException("there is no primary" + tails()));
    }

    /** The other one, running or not. */
    public RedisServer replica() {
        RedisServer primary = primary();
        return servers.stream().filter(server -> server != primary).findFirst().orElseThrow();
    }

    private Optional<RedisServer> findPrimary() {
        Set<Integer> named = sentinels.stream()
                .filter(SingleServer::isRunning)
                .map(RedisSentinel::primaryPort)
                .flatMap(RedisSentinels::stream)
                .collect(Collectors.toSet());
        return servers.stream()
                .filter(server -> named.equals(Set.of(server.port())))
                .filter(RedisServer::isRunning)
                .filter(RedisServer::isPrimary)
                .findFirst();
    }

    private static Stream<Integer> stream(OptionalInt port) {
        return port.stream().boxed();
    }

    /** Kills the primary and returns it; after {@link RedisServer#restart} the sentinels make it a replica. */
    public RedisServer killPrimary() {
        RedisServer primary = primary();
        primary.kill();
        return primary;
    }

    /**
     * Waits until there is a primary, and returns it. After {@link #killPrimary} that takes some three seconds.
     *
     * @throws ServerException when there is none within the limit, with what the sentinels printed
     */
    public RedisServer awaitPrimary(Duration limit) {
        await(() -> findPrimary().isPresent(), limit, "there is no primary");
        return primary();
    }

    /**
     * Waits until the replica follows the primary and every sentinel knows it: the primary can be replaced again.
     *
     * @throws ServerException when that is not so within the limit, with what the sentinels printed
     */
    public void awaitReadyToReplace(Duration limit) {
        await(this::isReadyToReplace, limit, "the primary cannot be replaced");
    }

    private boolean isReadyToReplace() {
        Optional<RedisServer> primary = findPrimary();
        return primary.isPresent()
                && servers.stream().allMatch(server -> server == primary.get() || server.followsItsPrimary())
                && sentinels.stream().allMatch(sentinel -> sentinel.knows(SENTINELS - 1, servers.size() - 1));
    }

    private void await(java.util.function.BooleanSupplier question, Duration limit, String otherwise) {
        if (!Waiting.until(limit, question)) {
            throw new ServerException(otherwise + " within " + limit + tails());
        }
    }

    private String tails() {
        return sentinels.stream().map(sentinel -> sentinel.hosting().tail()).collect(Collectors.joining());
    }

    /** Ends all of them and removes their data; no process is left. Idempotent. */
    public void stop() {
        // without farewell: a primary that ends in order waits for replicas that are frozen or gone
        List<SingleServer> all =
                Stream.concat(sentinels.stream(), servers.stream()).toList();
        all.forEach(SingleServer::kill);
        all.forEach(SingleServer::stop);
    }

    /** The same as {@link #stop}. */
    @Override
    public void close() {
        stop();
    }
}
