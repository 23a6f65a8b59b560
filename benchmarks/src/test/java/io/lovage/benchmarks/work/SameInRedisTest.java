package io.lovage.benchmarks.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.api.sync.RedisCommands;
import io.lovage.Lovage;
import io.lovage.benchmarks.bare.Handling;
import io.lovage.benchmarks.bare.Writing;
import io.lovage.benchmarks.bare.redis.BareList;
import io.lovage.benchmarks.bare.redis.BarePusher;
import io.lovage.benchmarks.bare.redis.BareTaker;
import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import io.lovage.testservers.TestServers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@Timeout(180)
@DisplayName("Lovage and the bare client put equal envelopes into Redis")
class SameInRedisTest {
    private static final Chunk CHUNK = Workload.chunks(2).get(1);

    private @Nullable BareList queue;
    private byte[] lovage;
    private byte[] bare;

    @BeforeEach
    void sendOneOfEach() throws Exception {
        String url = TestServers.redisUrl().orSkip(Assumptions::abort);
        BareList opened = BareList.open(url, "benchmark.same." + UUID.randomUUID());
        queue = opened;
        RedisCommands<byte[], byte[]> commands = opened.connection().sync();
        byte[] list = opened.name().getBytes(StandardCharsets.UTF_8);
        try (Lovage connected = Connections.lovage(url, opened.name())) {
            connected.sendAll(List.of(Workload.IMPORT.with(CHUNK).ignoreResult()));
        }
        lovage = commands.rpop(list);
        new BarePusher(opened, Writing.ofCalls(Connections.bareEncoder())).publish(List.of(CHUNK));
        bare = commands.rpop(list);
    }

    @AfterEach
    void removeTheQueue() {
        if (queue != null) {
            queue.close();
        }
    }

    @Test
    void envelopesHaveTheSameSize() {
        assertThat(lovage).hasSameSizeAs(bare);
    }

    @Test
    void envelopesAreEqualButForTheirIds() {
        assertThat(withoutIds(lovage)).isEqualTo(withoutIds(bare));
    }

    @Test
    void theBareClientRunsWhatLovageSends() throws Exception {
        BareList opened = Objects.requireNonNull(queue);
        opened.connection().sync().lpush(opened.name().getBytes(StandardCharsets.UTF_8), lovage);
        CountDownLatch ran = new CountDownLatch(1);
        Handling handling = Handling.ofCalls(Map.of(Workload.IMPORT.name(), chunk -> {
            assertThat(chunk).isEqualTo(CHUNK);
            ran.countDown();
        }));
        new BareTaker(opened, Workload.PREFETCH, handling).run(1);
        assertThat(ran.getCount()).isZero();
        assertThat(opened.waiting()).isZero();
    }

    private static JsonNode withoutIds(byte[] envelope) {
        ObjectNode tree = (ObjectNode) JsonMapper.shared().readTree(envelope);
        ((ObjectNode) tree.get("headers")).remove(List.of("id", "root_id"));
        ((ObjectNode) tree.get("properties")).remove(List.of("correlation_id", "delivery_tag"));
        return tree;
    }
}
