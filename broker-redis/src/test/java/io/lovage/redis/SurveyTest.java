package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.spi.ConfigurationException;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The one line at the start says what survives on this server")
class SurveyTest {
    private static final Map<String, String> WRITES = Map.of(
            "redis_version", "7.0.15", "aof_enabled", "1", "maxmemory_policy", "noeviction", "connected_slaves", "0");

    private static String line(Map<String, String> info, Map<String, String> config) {
        String line = Survey.guarantee(new ServerFacts(info, config, true), false);
        assertThat(line).startsWith("Redis ").doesNotContain("\n");
        return line;
    }

    private static Map<String, String> info(String appendOnly, String policy, String memory, String replicas) {
        return Map.of(
                "aof_enabled",
                appendOnly,
                "maxmemory_policy",
                policy,
                "maxmemory",
                memory,
                "connected_slaves",
                replicas);
    }

    @Test
    void whenEveryWriteIsLogged() {
        assertThat(line(WRITES, Map.of("appendfsync", "always"))).contains("every confirmed message is on disk");
        assertThat(line(WRITES, Map.of("appendfsync", "everysec")))
                .contains(
                        "a crash of the machine loses up to 2 s",
                        "a crash of the process none while the disk keeps up");
        assertThat(line(WRITES, Map.of("appendfsync", "no"))).contains("what the operating system has not written yet");
        assertThat(line(WRITES, Map.of())).contains("when it is on disk may not be asked");
    }

    @Test
    void whenWritesAreNotLogged() {
        Map<String, String> forgets = info("0", "noeviction", "0", "0");

        assertThat(line(forgets, Map.of("save", "3600 1"))).contains("everything since the last snapshot");
        assertThat(line(forgets, Map.of("save", ""))).contains("a restart loses everything");
        assertThat(line(forgets, Map.of())).contains("a crash loses everything");
    }

    @Test
    void whenNothingMayBeAsked() {
        assertThat(line(Map.of(), Map.of()))
                .contains("unknown version", "nothing is known of what survives", "replicas unknown", "policy unknown");
    }

    @Test
    void whenThereAreReplicas() {
        assertThat(line(info("1", "noeviction", "0", "2"), Map.of()))
                .contains("2 replicas", "a failover can lose what was just confirmed", "?wait_replicas=1");
        assertThat(line(WRITES, Map.of())).contains("no replicas");
    }

    @Test
    void whenTheServerMayDropSomething() {
        assertThat(line(info("1", "volatile-lru", "1000", "0"), Map.of())).contains("volatile-lru never drops a queue");
        assertThat(line(info("1", "allkeys-lru", "0", "0"), Map.of()))
                .contains("would drop queues as soon as maxmemory is set: use noeviction");
        ServerFacts drops = new ServerFacts(info("1", "allkeys-lru", "1000", "0"), Map.of(), true);
        assertThatThrownBy(() -> Survey.guarantee(drops, false))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("drops whole queues", "allkeys-lru", "noeviction", "?eviction=accept");
        assertThat(Survey.guarantee(drops, true)).contains("DROPS QUEUES");
    }
}
