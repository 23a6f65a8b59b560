package io.lovage.benchmarks.work;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.LongString;
import io.lovage.Lovage;
import io.lovage.benchmarks.bare.BareDecoder;
import io.lovage.benchmarks.bare.BarePublisher;
import io.lovage.benchmarks.bare.BareQueue;
import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import io.lovage.testservers.TestServers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

/** A comparison is fair only while both do the same: what arrives from one is what arrives from the other. */
@Timeout(180)
@DisplayName("Lovage and the bare client put equal messages on the wire")
class SameOnTheWireTest {
    private static final Chunk CHUNK = Workload.chunks(2).get(1);

    private String url = "";
    private @Nullable BareQueue queue;
    private GetResponse lovage;
    private GetResponse bare;

    @BeforeEach
    void sendOneOfEach() throws Exception {
        url = TestServers.rabbitUrl().orSkip(Assumptions::abort);
        BareQueue opened = BareQueue.open(url, "benchmark.same." + UUID.randomUUID());
        queue = opened;
        try (Channel channel = opened.connection().createChannel()) {
            try (Lovage connected = Connections.lovage(url + "?queue_type=classic", opened.name())) {
                connected.sendAll(List.of(Workload.IMPORT.with(CHUNK).ignoreResult()));
            }
            lovage = channel.basicGet(opened.name(), true);
            try (BarePublisher publisher =
                    new BarePublisher(opened.connection(), opened.name(), Connections.bareEncoder(), 1)) {
                publisher.publish(List.of(CHUNK));
            }
            bare = channel.basicGet(opened.name(), true);
        }
    }

    @AfterEach
    void removeTheQueue() throws Exception {
        if (queue != null) {
            queue.close();
        }
    }

    @Test
    void bodiesAreEqualInContentAndSize() {
        assertThat(tree(lovage)).isEqualTo(tree(bare));
        assertThat(lovage.getBody()).hasSameSizeAs(bare.getBody());
    }

    @Test
    void headersAreEqualInNameOrderTypeAndValue() {
        Map<String, @Nullable Object> byLovage = headers(lovage);
        Map<String, @Nullable Object> byBare = headers(bare);
        assertThat(byLovage.keySet()).containsExactlyElementsOf(byBare.keySet());
        for (String own : List.of("id", "root_id")) {
            assertThat((String) byLovage.remove(own)).hasSameSizeAs((String) byBare.remove(own));
        }
        assertThat(byLovage).isEqualTo(byBare);
    }

    @Test
    void propertiesAreEqual() {
        assertThat(withoutOwn(lovage)).isEqualTo(withoutOwn(bare));
        assertThat(lovage.getProps().getCorrelationId())
                .isEqualTo(headers(lovage).get("id"))
                .hasSameSizeAs(bare.getProps().getCorrelationId());
    }

    @Test
    void theWayIsTheSame() {
        assertThat(lovage.getEnvelope().getExchange())
                .isEqualTo(bare.getEnvelope().getExchange());
        assertThat(lovage.getEnvelope().getRoutingKey())
                .isEqualTo(bare.getEnvelope().getRoutingKey());
    }

    @Test
    void theBareClientReadsWhatLovageWrites() throws Exception {
        BareDecoder.Call call = new BareDecoder().decode(lovage.getProps(), lovage.getBody());
        assertThat(call.chunk()).isEqualTo(CHUNK);
        assertThat(call.task()).isEqualTo(Workload.IMPORT.name());
        assertThat(call.ignoreResult()).isTrue();
    }

    @Test
    void anArgumentHasTheSizeThatTheTableStates() {
        assertThat(JsonMapper.shared().writeValueAsBytes(CHUNK)).hasSize(Workload.PAYLOAD_BYTES);
    }

    private static Object tree(GetResponse message) {
        return JsonMapper.shared().readTree(message.getBody());
    }

    private static Object withoutOwn(GetResponse message) {
        return message.getProps().builder().correlationId(null).headers(null).build();
    }

    private static Map<String, @Nullable Object> headers(GetResponse message) {
        Map<String, @Nullable Object> headers = new LinkedHashMap<>();
        message.getProps().getHeaders().forEach((name, value) -> headers.put(name, plain(value)));
        return headers;
    }

    /** Texts as texts; numbers keep their type, since another type is another number of bytes. */
    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof LongString text) {
            return text.toString();
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> plain = new ArrayList<>();
            list.forEach(element -> plain.add(plain(element)));
            return plain;
        }
        return value;
    }
}
