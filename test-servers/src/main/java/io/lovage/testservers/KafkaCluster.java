package io.lovage.testservers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A Kafka of three nodes, each broker and controller, that keeps everything three times: it serves while two of them
 * live. A node that was killed is replaced when it has been silent for six seconds. Thread-safe.
 */
public final class KafkaCluster implements AutoCloseable {
    private static final int NODES = 3;
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final List<KafkaServer> nodes;

    private KafkaCluster(List<KafkaServer> nodes) {
        this.nodes = List.copyOf(nodes);
    }

    /** Starts one with default options. */
    public static KafkaCluster start() {
        return start(KafkaOptions.ofDefaults());
    }

    /**
     * Starts one and returns when every node serves and knows the others.
     *
     * @param options of every node
     * @throws ServerException when Kafka's files are missing or the cluster is not ready within 120 seconds
     */
    public static KafkaCluster start(KafkaOptions options) {
        String clusterId = KafkaServer.newClusterId();
        List<Integer> controllerPorts =
                IntStream.range(0, NODES).mapToObj(i -> Ports.free()).toList();
        List<KafkaServer> nodes = new ArrayList<>();
        for (int node = 1; node <= NODES; node++) {
            KafkaSettings.Seat seat = new KafkaSettings.Seat(node, clusterId, controllerPorts);
            nodes.add(new KafkaServer(options.replicated(), Optional.of(KafkaServer.files()), seat));
        }
        KafkaCluster cluster = new KafkaCluster(nodes);
        try {
            cluster.launch();
            cluster.awaitWhole(START_LIMIT);
            return cluster;
        } catch (RuntimeException e) {
            cluster.stop();
            throw e;
        }
    }

    /** All at once: none of them serves before there are two. */
    private void launch() {
        ExecutorService threads = Executors.newFixedThreadPool(NODES);
        try {
            CompletableFuture.allOf(nodes.stream()
                            .map(node -> CompletableFuture.runAsync(node::launch, threads))
                            .toArray(CompletableFuture<?>[]::new))
                    .join();
        } catch (CompletionException e) {
            throw new ServerException("a node of the cluster did not start" + tails(), e);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Where clients connect: all nodes. */
    public String url() {
        return "kafka://" + address();
    }

    /** Hosts and ports of all nodes, as Kafka's clients have them in {@code bootstrap.servers}. */
    public String address() {
        return nodes.stream().map(KafkaServer::address).collect(Collectors.joining(","));
    }

    /** All nodes, running or not; the first has number 1. */
    public List<KafkaServer> nodes() {
        return nodes;
    }

    /**
     * Waits until every node serves and knows that all others do.
     *
     * @throws ServerException when that is not so within the limit, with what the nodes printed
     */
    public void awaitWhole(Duration limit) {
        await(() -> nodes.stream().allMatch(node -> node.servingNodes().size() == NODES), limit);
    }

    /**
     * Waits until those that run know who does not, which takes some seconds after a kill.
     *
     * @throws ServerException when that is not so within the limit, with what the nodes printed
     */
    public void awaitLossNoticed(Duration limit) {
        List<KafkaServer> running =
                nodes.stream().filter(KafkaServer::isRunning).toList();
        await(() -> running.stream().allMatch(node -> node.servingNodes().size() == running.size()), limit);
    }

    private void await(BooleanSupplier question, Duration limit) {
        if (!Waiting.until(limit, question)) {
            throw new ServerException("the cluster is not as it should be within " + limit + tails());
        }
    }

    private String tails() {
        return nodes.stream()
                .map(node -> "\nnode " + node.node() + node.hosting().tail())
                .collect(Collectors.joining());
    }

    /** Ends all nodes and removes their data; no process is left. Idempotent. */
    public void stop() {
        // without farewell: the last ones would wait for those that have ended
        nodes.forEach(KafkaServer::kill);
        nodes.forEach(KafkaServer::stop);
    }

    /** The same as {@link #stop}. */
    @Override
    public void close() {
        stop();
    }
}
