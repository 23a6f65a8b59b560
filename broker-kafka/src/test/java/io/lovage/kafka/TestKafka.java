package io.lovage.kafka;

import io.lovage.testservers.KafkaOptions;
import io.lovage.testservers.KafkaServer;
import io.lovage.testservers.TestServers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** The one private Kafka of these tests, with TLS and a user of few rights, and a bare client to look from outside. */
final class TestKafka {
    /** A password that must never be seen. */
    static final String SECRET = "s3cr3t-of-the-kit";

    /** Of a user who may do what a test allows him. */
    static final String CLERKS_PASSWORD = "of-a-clerk";

    /** What is deleted goes from the disk at once, and not after minutes. */
    private static final KafkaOptions OPTIONS = KafkaOptions.ofDefaults()
            .withTls()
            .user("lovage", "wide-open")
            .user("powerless", SECRET)
            .user("clerk", CLERKS_PASSWORD)
            .withPermissions()
            .config("super.users", "User:ANONYMOUS;User:lovage")
            .config("log.retention.check.interval.ms", "1000")
            .config("log.segment.delete.delay.ms", "100");

    private static final Object LOCK = new Object();
    private static @Nullable KafkaServer server;

    private TestKafka() {}

    static KafkaServer server() {
        synchronized (LOCK) {
            KafkaServer known = server;
            if (known == null) {
                known = TestServers.startKafka(OPTIONS).orSkip(Assumptions::abort);
                warmUp(known.operatorAddress());
                server = known;
            }
            if (!known.isRunning()) {
                known.restart();
            }
            return known;
        }
    }

    /**
     * The first share group makes the server create the topic of their state, which takes longer than the leases of the
     * kit last.
     */
    private static void warmUp(String address) {
        String topic = "warm-up";
        Map<String, Object> settings = Map.of("bootstrap.servers", address);
        Map<String, Object> taking =
                Map.of("bootstrap.servers", address, "group.id", topic, "share.acknowledgement.mode", "explicit");
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        try (Admin admin = Admin.create(settings);
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
                KafkaShareConsumer<byte[], byte[]> consumer = new KafkaShareConsumer<>(taking, bytes, bytes)) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
            consumer.subscribe(List.of(topic));
            Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> {
                producer.send(new ProducerRecord<>(topic, new byte[1])).get();
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(500));
                records.forEach(consumer::acknowledge);
                return !records.isEmpty()
                        && consumer.commitSync().values().stream().allMatch(Optional::isEmpty);
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The URL of somebody else's server, when the tests are to use that. */
    static Optional<String> foreignUrl() {
        return Optional.ofNullable(System.getenv("LOVAGE_TEST_KAFKA_URL"));
    }

    /** Does something as an operator, who may do everything. */
    static <T> T bare(Function<Admin, T> action) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", server().operatorAddress()))) {
            return action.apply(admin);
        }
    }
}
