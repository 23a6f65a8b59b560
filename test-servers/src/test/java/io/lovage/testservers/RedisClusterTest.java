package io.lovage.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class RedisClusterTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @Test
    void aReplicaTakesOverWithTheDataAndTheOldPrimaryComesBackAsReplica() {
        Set<ProcessHandle> before = children();
        try (RedisCluster cluster =
                TestServers.startRedisCluster(RedisOptions.ofDefaults()).orSkip(Assumptions::abort)) {
            assertThat(cluster.nodes()).hasSize(6).allMatch(RedisServer::isRunning);
            assertThat(cluster.addresses()).hasSize(6).doesNotHaveDuplicates();
            RedisServer primary = cluster.primaryOf("{a}");
            assertThat(cluster.nodes().stream().filter(RedisServer::isPrimary)).hasSize(3);
            assertThat(primary.replicatedCommand("SET", "{a}key", "value")).isEqualTo("OK");

            RedisServer dead = cluster.killPrimaryOf("{a}");
            assertThat(dead).isSameAs(primary);
            RedisServer heir = cluster.awaitPrimaryOf("{a}", SOON);
            assertThat(heir).isNotSameAs(dead);
            assertThat(heir.command("GET", "{a}key")).isEqualTo("value");
            assertThatThrownBy(() -> cluster.awaitReadyToReplace(Duration.ofMillis(200)))
                    .as("one node is dead")
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("not as it should be within PT0.2S")
                    .hasMessageContaining("node " + dead.port());

            dead.restart();
            cluster.awaitReadyToReplace(SOON);
            assertThat(cluster.primaryOf("{a}")).isSameAs(heir);
            assertThat(dead.isPrimary()).isFalse();
        }
        assertThat(children()).isEqualTo(before);
    }

    private static Set<ProcessHandle> children() {
        return ProcessHandle.current().descendants().collect(Collectors.toSet());
    }

    @Test
    void keysOfDifferentNodesDoNotGoTogether() {
        try (RedisCluster cluster = TestServers.startRedisCluster(
                        RedisOptions.ofDefaults().password("secret"))
                .orSkip(Assumptions::abort)) {
            RedisServer primary = cluster.primaryOf("a");
            assertThatThrownBy(() -> primary.command("MSET", "a", "1", "b", "2"))
                    .hasMessageContaining("Redis refused MSET: CROSSSLOT");
            RedisServer other = cluster.nodes().stream()
                    .filter(RedisServer::isPrimary)
                    .filter(node -> node != primary)
                    .findFirst()
                    .orElseThrow();
            assertThatThrownBy(() -> other.command("GET", "a")).hasMessageContaining("MOVED");
        }
    }
}
