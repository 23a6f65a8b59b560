package io.lovage.testservers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * A Redis Cluster of three primaries with a replica each, in which a replica takes over when its primary has been
 * silent for two seconds. Needs Redis 7 or newer; takes a few seconds to start. Thread-safe.
 */
public final class RedisCluster implements AutoCloseable {
    private static final int PRIMARIES = 3;
    private static final int SLOTS = 16_384;
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    /** A node and the port on which it talks to the others: not the usual port + 10000, which may be taken. */
    private record Node(RedisServer server, int busPort) {
        String id() {
            return server.command("CLUSTER", "MYID");
        }

        ClusterView view() {
            return ClusterView.of(server.client());
        }
    }

    private final List<Node> nodes = new ArrayList<>();

    private RedisCluster() {}

    /** Starts one with default options. */
    public static RedisCluster start() {
        return start(RedisOptions.ofDefaults());
    }

    /**
     * Starts one and returns when every node serves and every replica can take over.
     *
     * @param options of every node
     * @throws ServerException when Redis is not installed or the cluster is not ready within 120 seconds
     */
    public static RedisCluster start(RedisOptions options) {
        RedisCluster cluster = new RedisCluster();
        try {
            cluster.launch(
                    options.replicated().config("cluster-enabled", "yes").config("cluster-node-timeout", "2000"));
            cluster.form();
            return cluster;
        } catch (RuntimeException e) {
            cluster.stop();
            throw e;
        }
    }

    private void launch(RedisOptions options) {
        for (int i = 0; i < 2 * PRIMARIES; i++) {
            int busPort = Ports.free();
            nodes.add(new Node(RedisServer.start(options.config("cluster-port", Integer.toString(busPort))), busPort));
        }
    }

    /** The first half become primaries, the second their replicas. */
    private void form() {
        for (int i = 0; i < nodes.size(); i++) {
            // each its own, or they would have to find out which of them yields
            nodes.get(i).server().command("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
        }
        for (int i = 0; i < PRIMARIES; i++) {
            String first = Integer.toString(SLOTS * i / PRIMARIES);
            String last = Integer.toString(SLOTS * (i + 1) / PRIMARIES - 1);
            nodes.get(i).server().command("CLUSTER", "ADDSLOTSRANGE", first, last);
        }
        RedisServer host = nodes.get(0).server();
        for (Node guest : nodes.subList(1, nodes.size())) {
            String port = Integer.toString(guest.server().port());
            host.command("CLUSTER", "MEET", "127.0.0.1", port, Integer.toString(guest.busPort()));
        }
        await(() -> nodes.stream().allMatch(node -> node.view().isComplete(nodes.size())), START_LIMIT);
        for (int i = 0; i < PRIMARIES; i++) {
            nodes.get(PRIMARIES + i)
                    .server()
                    .command("CLUSTER", "REPLICATE", nodes.get(i).id());
        }
        awaitReadyToReplace(START_LIMIT);
    }

    /** All nodes, primaries and replicas, running or not. */
    public List<RedisServer> nodes() {
        return nodes.stream().map(Node::server).toList();
    }

    /** Host and port of each node. */
    public List<String> addresses() {
        return nodes.stream().map(node -> "127.0.0.1:" + node.server().port()).toList();
    }

    /**
     * The primary of the slot of a key.
     *
     * @throws ServerException when there is none at the moment
     */
    public RedisServer primaryOf(String key) {
        return findPrimary(slot(key)).orElseThrow(() -> new ServerException("there is no primary of " + key + tails()));
    }

    private int slot(String key) {
        RedisServer any =
                nodes().stream().filter(RedisServer::isRunning).findFirst().orElseThrow();
        return Integer.parseInt(any.command("CLUSTER", "KEYSLOT", key));
    }

    /** The one on which all running nodes agree, if it runs. */
    private Optional<RedisServer> findPrimary(int slot) {
        Set<OptionalInt> named = nodes.stream()
                .filter(node -> node.server().isRunning())
                .map(node -> node.view().primaryOf(slot))
                .collect(Collectors.toSet());
        return nodes().stream()
                .filter(server -> named.equals(Set.of(OptionalInt.of(server.port()))))
                .filter(RedisServer::isRunning)
                .filter(RedisServer::isPrimary)
                .findFirst();
    }

    /** Kills the primary of a key's slot and returns it; after {@link RedisServer#restart} it is a replica. */
    public RedisServer killPrimaryOf(String key) {
        RedisServer primary = primaryOf(key);
        primary.kill();
        return primary;
    }

    /**
     * Waits until the slot of a key has a primary and the running nodes serve, and returns the primary. After
     * {@link #killPrimaryOf} that takes some four seconds.
     *
     * @throws ServerException when it is not so within the limit, with what the nodes printed
     */
    public RedisServer awaitPrimaryOf(String key, Duration limit) {
        int slot = slot(key);
        await(() -> findPrimary(slot).isPresent() && runningNodesServe(), limit);
        return primaryOf(key);
    }

    private boolean runningNodesServe() {
        return nodes.stream()
                .filter(node -> node.server().isRunning())
                .allMatch(node -> node.view().serves());
    }

    /**
     * Waits until all nodes run and serve, and every replica follows its primary: each primary can be replaced.
     *
     * @throws ServerException when that is not so within the limit, with what the nodes printed
     */
    public void awaitReadyToReplace(Duration limit) {
        await(this::isReadyToReplace, limit);
    }

    private boolean isReadyToReplace() {
        return nodes.stream()
                        .allMatch(node -> node.view().serves() && node.view().replicas() == PRIMARIES)
                && nodes().stream().filter(server -> !server.isPrimary()).allMatch(RedisServer::followsItsPrimary);
    }

    private void await(BooleanSupplier question, Duration limit) {
        if (!Waiting.until(limit, question)) {
            throw new ServerException("the cluster is not as it should be within " + limit + tails());
        }
    }

    private String tails() {
        return nodes().stream()
                .map(server -> "\nnode " + server.port() + server.hosting().tail())
                .collect(Collectors.joining());
    }

    /** Ends all nodes and removes their data; no process is left. Idempotent. */
    public void stop() {
        // without farewell: a primary that ends in order waits for replicas that are frozen or gone
        nodes().forEach(RedisServer::kill);
        nodes().forEach(RedisServer::stop);
    }

    /** The same as {@link #stop}. */
    @Override
    public void close() {
        stop();
    }
}
