package io.lovage.testservers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * What the tests of the servers do with them, by Kafka's own clients.
 *
 * @param settings where the server is, and what else a client needs to come in
 */
record KafkaClients(Map<String, Object> settings) {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    static KafkaClients of(String address) {
        return new KafkaClients(Map.of("bootstrap.servers", address));
    }

    KafkaClients with(String key, String value) {
        return new KafkaClients(and(Map.of(key, value)));
    }

    KafkaClients user(String protocol, String name, String password) {
        return with("security.protocol", protocol)
                .with("sasl.mechanism", "PLAIN")
                .with(
                        "sasl.jaas.config",
                        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"" + name
                                + "\" password=\"" + password + "\";");
    }

    private Map<String, Object> and(Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(settings);
        all.putAll(more);
        return all;
    }

    Admin admin() {
        return Admin.create(settings);
    }

    /** Creates a topic with as many replicas as the server's default, and a share group that begins at its start. */
    void createTopic(String topic) throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) -1)))
                    .all()
                    .get();
            AlterConfigOp earliest =
                    new AlterConfigOp(new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
            Map<ConfigResource, Collection<AlterConfigOp>> changes =
                    Map.of(new ConfigResource(ConfigResource.Type.GROUP, topic), List.of(earliest));
            admin.incrementalAlterConfigs(changes).all().get();
        }
    }

    /** Returns when all replicas that are in sync have it. */
    void send(String topic, String value) throws ExecutionException, InterruptedException {
        try (Producer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, value)).get();
        }
    }

    /** Takes and accepts records, as a member of the share group that is named like the topic. */
    List<String> take(String topic, int count) {
        List<String> taken = new ArrayList<>();
        try (ShareConsumer<String, String> consumer = new KafkaShareConsumer<>(
                and(Map.of("group.id", topic)), new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            Waiting.until(LIMIT, () -> {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) {
                    taken.add(record.value());
                }
                return taken.size() >= count;
            });
            consumer.commitSync();
        }
        return taken;
    }
}
