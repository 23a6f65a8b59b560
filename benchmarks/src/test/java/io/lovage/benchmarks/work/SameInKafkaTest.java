package io.lovage.benchmarks.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.Lovage;
import io.lovage.benchmarks.bare.Handling;
import io.lovage.benchmarks.bare.Writing;
import io.lovage.benchmarks.bare.kafka.BareBatches;
import io.lovage.benchmarks.bare.kafka.BareLanes;
import io.lovage.benchmarks.bare.kafka.BareProducer;
import io.lovage.benchmarks.bare.kafka.BareTopic;
import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import io.lovage.testservers.TestServers;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
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
@DisplayName("Lovage and the bare client put equal records into Kafka")
class SameInKafkaTest {
    private static final Chunk CHUNK = Workload.chunks(2).get(1);
    private static final Duration WAIT = Duration.ofSeconds(1);

    private @Nullable BareTopic queue;
    private String url = "";

    @BeforeEach
    void sendOneOfEach() throws Exception {
        url = TestServers.kafkaUrl().orSkip(Assumptions::abort);
        BareTopic opened = BareTopic.open(url, "benchmark.same." + UUID.randomUUID());
        queue = opened;
        try (Lovage connected = Connections.lovage(url, opened.name())) {
            connected.sendAll(List.of(Workload.IMPORT.with(CHUNK).ignoreResult()));
        }
        try (BareProducer bare = new BareProducer(opened, Writing.ofCalls(Connections.bareEncoder()), "all")) {
            bare.publish(List.of(CHUNK));
        }
    }

    @AfterEach
    void removeTheQueue() throws Exception {
        if (queue != null) {
            queue.close();
        }
    }

    @Test
    void recordsAreEqualButForTheirIds() {
        List<byte[]> records = records();
        assertThat(records.get(0)).hasSameSizeAs(records.get(1));
        assertThat(withoutIds(records.get(0))).isEqualTo(withoutIds(records.get(1)));
    }

    @Test
    void theBareClientRunsWhatLovageSendsInBatches() throws Exception {
        List<Chunk> ran = new CopyOnWriteArrayList<>();
        try (BareBatches batches = new BareBatches(opened(), Workload.TAKEN, handlers(ran))) {
            batches.run(2);
        }
        assertThat(ran).containsExactly(CHUNK, CHUNK);
        assertThat(opened().waiting()).isZero();
    }

    @Test
    void theBareClientRunsWhatLovageSendsOneByOne() throws Exception {
        List<Chunk> ran = new CopyOnWriteArrayList<>();
        try (BareLanes lanes = new BareLanes(opened(), 2, handlers(ran))) {
            lanes.run(2);
        }
        assertThat(ran).containsExactly(CHUNK, CHUNK);
        assertThat(opened().waiting()).isZero();
    }

    private static Handling handlers(List<Chunk> ran) {
        return Handling.ofCalls(Map.of(Workload.IMPORT.name(), ran::add));
    }

    private BareTopic opened() {
        return Objects.requireNonNull(queue);
    }

    private List<byte[]> records() {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", URI.create(url).getAuthority(), "auto.offset.reset", "earliest");
        List<byte[]> values = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> reader =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition only = new TopicPartition(opened().name(), 0);
            reader.assign(List.of(only));
            reader.seekToBeginning(List.of(only));
            while (values.size() < 2) {
                reader.poll(WAIT).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }

    private static JsonNode withoutIds(byte[] envelope) {
        ObjectNode tree = (ObjectNode) JsonMapper.shared().readTree(envelope);
        ((ObjectNode) tree.get("headers")).remove(List.of("id", "root_id"));
        ((ObjectNode) tree.get("properties")).remove(List.of("correlation_id", "delivery_tag"));
        return tree;
    }
}
