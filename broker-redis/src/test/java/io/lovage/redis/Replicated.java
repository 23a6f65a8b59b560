package io.lovage.redis;

import io.lovage.spi.QueueSpec;
import io.lovage.testservers.RedisCluster;
import io.lovage.testservers.RedisOptions;
import io.lovage.testservers.RedisSentinels;
import io.lovage.testservers.RedisServer;
import io.lovage.testservers.TestServers;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A primary and its replica, which takes over when the primary is killed. Ends with the test. */
interface Replicated extends AutoCloseable {
    /** What the output of a test calls it. */
    String name();

    /** Where the broker connects. */
    String url(String options);

    /** The server that holds this queue. */
    RedisServer primaryOf(QueueSpec queue);

    /** The server that is to hold it next. */
    RedisServer replicaOf(QueueSpec queue);

    void awaitReadyToReplace();

    /** Until the replica has become the primary. */
    void awaitPrimaryOf(QueueSpec queue);

    @Override
    void close();

    /** Whether both are lost and found together. */
    default boolean onOneServer(QueueSpec one, QueueSpec other) {
        return primaryOf(one) == primaryOf(other);
    }

    /** One primary with one replica, watched by three sentinels. */
    static Replicated bySentinels() {
        return new OfSentinels(
                TestServers.startRedisSentinels(RedisOptions.ofDefaults()).orSkip(Assumptions::abort));
    }

    /** Three primaries with a replica each. */
    static Replicated inACluster() {
        return new OfCluster(
                TestServers.startRedisCluster(RedisOptions.ofDefaults()).orSkip(Assumptions::abort));
    }

    private static String joined(Collection<String> addresses, String options) {
        return String.join(",", addresses) + "/0?heartbeat=3s" + options;
    }

    record OfSentinels(RedisSentinels servers) implements Replicated {
        @Override
        public String name() {
            return "Sentinel";
        }

        @Override
        public String url(String options) {
            return "redis-sentinel://" + joined(servers.addresses(), "&master=" + servers.primaryName() + options);
        }

        @Override
        public RedisServer primaryOf(QueueSpec queue) {
            return servers.primary();
        }

        @Override
        public RedisServer replicaOf(QueueSpec queue) {
            return servers.replica();
        }

        @Override
        public void awaitReadyToReplace() {
            servers.awaitReadyToReplace(Fixture.PATIENCE);
        }

        @Override
        public void awaitPrimaryOf(QueueSpec queue) {
            servers.awaitPrimary(Fixture.PATIENCE);
        }

        @Override
        public void close() {
            servers.close();
        }
    }

    record OfCluster(RedisCluster servers) implements Replicated {
        @Override
        public String name() {
            return "Cluster";
        }

        @Override
        public String url(String options) {
            return "redis-cluster://" + joined(servers.addresses(), options);
        }

        private static String list(QueueSpec queue) {
            return "lovage:{" + queue.name() + "}:ready";
        }

        @Override
        public RedisServer primaryOf(QueueSpec queue) {
            return servers.primaryOf(list(queue));
        }

        @Override
        public RedisServer replicaOf(QueueSpec queue) {
            String port = Integer.toString(primaryOf(queue).port());
            Stream<RedisServer> all = List.copyOf(servers.nodes()).stream();
            return all.filter(node ->
                            node.info("master_port").filter(port::equals).isPresent())
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        public void awaitReadyToReplace() {
            servers.awaitReadyToReplace(Fixture.PATIENCE);
        }

        @Override
        public void awaitPrimaryOf(QueueSpec queue) {
            servers.awaitPrimaryOf(list(queue), Fixture.PATIENCE);
        }

        @Override
        public void close() {
            servers.close();
        }
    }
}
