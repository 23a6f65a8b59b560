package io.lovage.benchmarks.bare.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What both ways of taking have in common: the client with its settings. */
final class BareShareConsumer {
    static final Duration WAIT = Duration.ofMillis(500);

    private BareShareConsumer() {}

    static KafkaShareConsumer<byte[], byte[]> subscribe(BareTopic topic, Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("bootstrap.servers", topic.address());
        all.put("group.id", topic.name());
        all.put("share.acknowledgement.mode", "explicit");
        KafkaShareConsumer<byte[], byte[]> consumer =
                new KafkaShareConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(List.of(topic.name()));
        return consumer;
    }
}
