package io.lovage.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class RedisSentinelsTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    private static RedisSentinels start(RedisOptions options) {
        return TestServers.startRedisSentinels(options).orSkip(Assumptions::abort);
    }

    @Test
    void theReplicaTakesOverWithTheDataAndTheOldPrimaryComesBackAsReplica() {
        Set<ProcessHandle> before = children();
        try (RedisSentinels redis = start(RedisOptions.ofDefaults())) {
            assertThat(redis.addresses()).hasSize(3).doesNotHaveDuplicates();
            RedisServer replica = redis.replica();
            assertThat(redis.primary().replicatedCommand("SET", "key", "value")).isEqualTo("OK");

            RedisServer dead = redis.killPrimary();
            assertThat(redis.awaitPrimary(SOON)).isSameAs(replica).isNotSameAs(dead);
            assertThat(replica.command("GET", "key")).isEqualTo("value");
            assertThat(replica.command("SET", "key", "other")).isEqualTo("OK");

            dead.restart();
            redis.awaitReadyToReplace(SOON);
            assertThat(redis.primary()).isSameAs(replica);
            assertThat(redis.replica()).isSameAs(dead);
            assertThat(dead.command("GET", "key")).isEqualTo("other");
        }
        assertThat(children()).isEqualTo(before);
    }

    private static Set<ProcessHandle> children() {
        return ProcessHandle.current().descendants().collect(Collectors.toSet());
    }

    @Test
    void aFrozenPrimaryIsReplacedToo() {
        try (RedisSentinels redis = start(RedisOptions.ofDefaults().password("secret"))) {
            RedisServer frozen = redis.primary();
            RedisServer replica = redis.replica();
            frozen.freeze();
            assertThat(Waiting.until(SOON, replica::isPrimary)).isTrue();
            frozen.resume();
            redis.awaitReadyToReplace(SOON);
            assertThat(redis.primary()).isSameAs(replica);
        }
    }

    @Test
    void withoutSentinelsNobodyTakesOverAndTheErrorSaysWhatTheyPrinted() {
        try (RedisSentinels redis = start(RedisOptions.ofDefaults())) {
            List<TestServer> sentinels = redis.sentinels();
            sentinels.forEach(TestServer::kill);
            assertThatThrownBy(() -> redis.awaitPrimary(Duration.ofMillis(200)))
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("there is no primary within PT0.2S")
                    .hasMessageContaining("+monitor master lovage");
            sentinels.forEach(TestServer::restart);
            redis.awaitReadyToReplace(SOON);
        }
    }
}
