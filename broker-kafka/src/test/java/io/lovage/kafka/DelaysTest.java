package io.lovage.kafka;

import static io.lovage.fixtures.BrokerFixture.message;
import static io.lovage.fixtures.BrokerFixture.publish;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.envelope.Envelope;
import io.lovage.fixtures.BrokerFixture;
import io.lovage.spi.Broker;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.ServiceUrl;
import io.lovage.testservers.KafkaServer;
import io.lovage.testservers.TestServers;
import io.lovage.testservers.VictimProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Delays on a real Kafka, each test with topics of its own. */
@Timeout(240)
@OnSharedServer
class DelaysTest {
    private static final long SEED = Long.getLong("lovage.test.seed", new Random().nextLong());
    private static final int AT_ONCE = 1_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** A busy machine. */
    private static final Duration SLACK = Duration.ofSeconds(2);
    /** As declared: who was killed is missed after its session, and replaced with the next heartbeats. */
    private static final Duration REPLACED_WITHIN = Duration.ofSeconds(10);

    private final KafkaServer kafka = TestServers.kafka().orSkip(Assumptions::abort);
    private final BrokerFixture fixture = new BrokerFixture(new KafkaBrokerProvider());
    private final String url = kafka.url() + "?partitions=1&prefix=t" + UUID.randomUUID() + ".";
    private final KafkaOptions options = KafkaOptions.of(ServiceUrl.parse(url));
    private final Map<String, List<Long>> arrivals = new HashMap<>();
    private Broker broker;
    private QueueSpec queue;
    private Consumer<byte[], byte[]> reader;

    @BeforeEach
    void connect() {
        broker = fixture.connect(url);
        queue = QueueSpec.of("imports");
        broker.declare(queue);
        reader = fixture.ends(new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.address()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer()));
        TopicPartition partition = new TopicPartition(options.topics().names().topic(queue.name()), 0);
        reader.assign(List.of(partition));
        reader.seekToBeginning(List.of(partition));
    }

    @AfterEach
    void disconnect() throws Exception {
        fixture.close();
    }

    private Delays startMoving() {
        Cluster cluster =
                fixture.ends(Cluster.of(options.client(), "test", Duration.ofSeconds(30), options.heartbeat()));
        Delays delays = fixture.ends(new Delays(
                options,
                new Delays.Surroundings(
                        cluster,
                        new Topics(cluster, fixture.time()),
                        new DeadTopics(options.topics().names()),
                        "test",
                        fixture.time(),
                        fixture.threads())));
        delays.startMoving();
        return delays;
    }

    private VictimProcess startMovingElsewhere() throws InterruptedException {
        VictimProcess process = fixture.ends(VictimProcess.start(MovingProcess.class, url));
        process.awaitLine("moving", PATIENCE);
        return process;
    }

    private void publishDelayed(String id, Duration delay) {
        publish(broker, OutboundMessage.to(queue.name(), message(id)).delayedBy(delay));
    }

    /** Random delays, and when each is due by the clock that this machine's brokers have, too. */
    private Map<String, Long> publishRandomly(int count, Duration longest) {
        Random random = new Random(SEED);
        Map<String, Long> due = new HashMap<>();
        List<OutboundMessage> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Duration delay = Duration.ofMillis(1 + random.nextInt(Math.toIntExact(longest.toMillis())));
            due.put("m" + i, fixture.time().now().toEpochMilli() + delay.toMillis());
            messages.add(OutboundMessage.to(queue.name(), message("m" + i)).delayedBy(delay));
        }
        for (int sent = 0; sent < count; sent += AT_ONCE) {
            publish(
                    broker,
                    messages.subList(sent, Math.min(count, sent + AT_ONCE)).toArray(OutboundMessage[]::new));
        }
        return due;
    }

    /** When everything that has arrived was appended to the topic of the queue. */
    private Map<String, List<Long>> arrivals() {
        for (ConsumerRecord<byte[], byte[]> record : reader.poll(Duration.ofMillis(100))) {
            String id = Envelope.read(record.value())
                    .message()
                    .properties()
                    .correlationId()
                    .orElseGet(() -> new String(record.value(), UTF_8));
            arrivals.computeIfAbsent(id, any -> new ArrayList<>()).add(record.timestamp());
        }
        return arrivals;
    }

    private void awaitArrivals(Map<String, Long> due) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(1))
                .untilAsserted(() -> assertThat(arrivals()).hasSize(due.size()));
        assertThat(arrivals.keySet()).isEqualTo(due.keySet());
        due.forEach((id, at) -> assertThat(arrivals.get(id)).as(id).allMatch(arrived -> arrived >= at));
    }

    private long latest(Map<String, Long> due) {
        return due.entrySet().stream()
                .mapToLong(message -> arrivals.getOrDefault(message.getKey(), List.of()).stream()
                        .mapToLong(at -> at - message.getValue())
                        .max()
                        .orElse(0))
                .max()
                .orElse(0);
    }

    @Test
    @DisplayName("R5.1 R5.2 delayed messages arrive at their time, once")
    void arriveAtTheirTime() {
        startMoving();
        publishDelayed("first", Duration.ofMillis(1));
        awaitArrivals(Map.of("first", 0L));
        arrivals.clear();
        Map<String, Long> due = publishRandomly(500, Duration.ofSeconds(8));
        awaitArrivals(due);
        assertThat(arrivals.values()).allMatch(times -> times.size() == 1);
        assertThat(latest(due))
                .as("lateness, seed %d", SEED)
                .isLessThan(broker.capabilities().delayPrecision().plus(SLACK).toMillis());
    }

    /** While somebody moves: another one stands by, and some of so many have arrived. When each is due. */
    private Map<String, Long> inTheMiddleOf(int count) {
        publishDelayed("first", Duration.ofMillis(1));
        awaitArrivals(Map.of("first", 0L));
        arrivals.clear();
        startMoving();
        Map<String, Long> due = publishRandomly(count, Duration.ofSeconds(10));
        Awaitility.await().atMost(PATIENCE).until(() -> arrivals().size() > 30);
        return due;
    }

    @Test
    @DisplayName("R5.3 when the process that moves is killed another one takes over within the declared bound")
    void aKilledMoverIsReplaced() throws Exception {
        VictimProcess moving = startMovingElsewhere();
        Map<String, Long> due = inTheMiddleOf(300);

        moving.kill();
        awaitArrivals(due);
        assertThat(latest(due))
                .as("lateness, seed %d", SEED)
                .isLessThan(REPLACED_WITHIN.plus(SLACK).toMillis());
    }

    /** Frozen for longer than its session lasts, it was replaced, and holds what another has moved meanwhile. */
    @Test
    @DisplayName("R5.3 a process that moves and was frozen writes nothing when it goes on")
    void aFrozenMoverWritesNothingMore() throws Exception {
        VictimProcess moving = startMovingElsewhere();
        Map<String, Long> due = inTheMiddleOf(1_000);

        moving.freeze();
        awaitArrivals(due);
        publishDelayed("after all", Duration.ofMillis(1_500)); // what the successor repeats is written before
        due.put("after all", 0L);
        awaitArrivals(due);
        int written = copies();
        moving.resume();
        publishDelayed("last", Duration.ofSeconds(3)); // what it would repeat is written at once
        due.put("last", 0L);
        awaitArrivals(due);
        assertThat(copies()).isEqualTo(written + 1);
    }

    private int copies() {
        return arrivals.values().stream().mapToInt(List::size).sum();
    }

    @Test
    @DisplayName("R5.2 when the process that moves is stopped nobody is late by more than the declared precision")
    void whoStopsIsReplacedInTime() {
        Delays moving = startMoving();
        Map<String, Long> due = inTheMiddleOf(300);

        moving.close();
        awaitArrivals(due);
        assertThat(latest(due))
                .as("lateness, seed %d", SEED)
                .isLessThan(broker.capabilities().delayPrecision().plus(SLACK).toMillis());
    }

    @Test
    @DisplayName("R5.3 delays survive a broker that is killed and starts again")
    void aKilledBrokerLosesNothing() {
        startMoving();
        Map<String, Long> due = publishRandomly(300, Duration.ofSeconds(12));
        Awaitility.await().atMost(PATIENCE).until(() -> arrivals().size() > 30);
        kafka.kill();
        kafka.restart();
        awaitArrivals(due);
    }
}
