package io.lovage.testservers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RedisServerTest {
    private static final RedisOptions DEFAULTS = RedisOptions.ofDefaults();

    private static RedisServer start(RedisOptions options) {
        return TestServers.startRedis(options).orSkip(Assumptions::abort);
    }

    @Nested
    class Faults {
        @Test
        void keepsItsDataOverKillAndRestartAndForgetsItWhenStopped() {
            RedisServer redis = start(DEFAULTS);
            try (redis) {
                assertThat(redis.command("SET", "key", "value")).isEqualTo("OK");
                redis.kill();
                assertThat(redis.isRunning()).isFalse();
                redis.restart();
                assertThat(redis.command("GET", "key")).isEqualTo("value");
                redis.restart();
                assertThat(redis.command("GET", "key")).isEqualTo("value");
            }
            assertThat(Handshake.connects(redis.port())).isFalse();
            assertThat(redis.folder()).doesNotExist();
            assertThatThrownBy(redis::restart)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("this Redis was stopped");
        }

        @Test
        void answersNothingWhileFrozenAndCanBeStoppedThen() {
            RedisServer redis = start(DEFAULTS);
            try (redis) {
                redis.freeze();
                assertThat(Handshake.isRedis(redis.port())).isFalse();
                redis.resume();
                assertThat(redis.command("PING")).isEqualTo("PONG");
                redis.freeze();
            }
            assertThat(redis.isRunning()).isFalse();
        }

        @Test
        void theSharedOneIsBroughtBackAfterAKill() {
            RedisServer shared = TestServers.redis().orSkip(Assumptions::abort);
            shared.kill();
            assertThat(TestServers.redis().server()).containsSame(shared);
            assertThat(Handshake.isRedis(shared.port())).isTrue();
        }
    }

    @Nested
    class Options {
        @Test
        void withoutPersistenceAKillLosesEverything() {
            try (RedisServer redis = start(DEFAULTS.withoutPersistence())) {
                redis.command("SET", "key", "value");
                redis.kill();
                redis.restart();
                assertThat(redis.command("GET", "key")).isEmpty();
            }
        }

        @Test
        void takesDirectivesAndAMemoryLimit() {
            RedisOptions options = DEFAULTS.config("appendfsync", "always").maxMemory(64_000_000, "noeviction");
            try (RedisServer redis = start(options)) {
                assertThat(redis.command("CONFIG", "GET", "appendfsync")).isEqualTo("appendfsync\nalways");
                assertThat(redis.info("maxmemory_policy")).contains("noeviction");
                assertThat(redis.info("no_such_field")).isEmpty();
                redis.command("CONFIG", "SET", "maxmemory", "100kb");
                assertThatThrownBy(() -> redis.command("SET", "key", "value"))
                        .isInstanceOf(ServerException.class)
                        .hasMessageContaining("Redis refused SET: OOM");
            }
        }

        @Test
        void aPasswordIsInTheUrlAndUsedForCommands() {
            try (RedisServer redis = start(DEFAULTS.password("secret"))) {
                assertThat(redis.url()).isEqualTo("redis://:secret@127.0.0.1:" + redis.port() + "/0");
                assertThat(redis.command("PING")).isEqualTo("PONG");
                assertThatThrownBy(() -> new RedisClient(redis.port(), List.of()).run("PING"))
                        .hasMessageContaining("NOAUTH");
            }
        }

        @Test
        void usersMayDoWhatTheirRulesAllow() {
            RedisOptions options = DEFAULTS.user("default off").user("app on >secret ~jobs* +@read");
            try (RedisServer redis = start(options)) {
                redis.command("RPUSH", "jobs", "a", "b");
                RedisClient app = new RedisClient(redis.port(), List.of("app", "secret"));
                assertThat(app.run("LRANGE", "jobs", "0", "-1")).isEqualTo("a\nb");
                assertThat(app.run("LLEN", "jobs")).isEqualTo("2");
                assertThatThrownBy(() -> app.run("DEL", "jobs")).hasMessageContaining("NOPERM");
                assertThatThrownBy(() -> new RedisClient(redis.port(), List.of()).run("PING"))
                        .hasMessageContaining("NOAUTH");
                assertThat(new RedisClient(redis.port(), List.of("app", "wrong")).attempt("PING"))
                        .isEqualTo(Optional.empty());
            }
        }

        @Test
        void tlsClientsCanVerifyIt() throws IOException, GeneralSecurityException {
            try (RedisServer redis = start(DEFAULTS.withTls())) {
                assertThat(redis.tlsUrl())
                        .isEqualTo("rediss://localhost:" + redis.tlsPort().orElseThrow() + "/0");
                assertThat(TlsGreeting.firstBytes(redis, "PING\r\n".getBytes(UTF_8), 7))
                        .isEqualTo("+PONG\r\n");
            }
        }

        @Test
        void refusedOptionsAreReportedWithWhatTheServerPrinted() {
            TestServers.redisUrl().orSkip(Assumptions::abort);
            assertThatThrownBy(() -> start(DEFAULTS.config("no-such-directive", "1")))
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("Redis")
                    .hasMessageContaining("no-such-directive");
        }
    }
}
