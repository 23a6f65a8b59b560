package io.lovage.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.Arguments;
import io.lovage.Lovage;
import io.lovage.Task;
import io.lovage.Worker;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueSpec;
import io.lovage.testservers.KafkaServer;
import io.lovage.testservers.TestServers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies in the topic of a queue and should not: told with its reason, and a whole worker goes on. */
@OnSharedServer
class BadInputTest {
    private static final Task<Arguments, Object> ADD = Task.untyped("wire.add");
    private static final int MEBIBYTE = 1 << 20;

    private final KafkaServer kafka = TestServers.kafka().orSkip(Assumptions::abort);
    private final WholeWorkers workers = new WholeWorkers(kafka.url());
    private final QueueSpec queue = WholeWorkers.queue();
    private final LinkedBlockingQueue<Arguments> executed = new LinkedBlockingQueue<>();
    private Lovage lovage;
    private Worker worker;

    @BeforeEach
    void start() {
        lovage = workers.connect();
        worker = lovage.worker()
                .queue(queue, 1)
                .concurrency(2)
                .handle(ADD, (arguments, context) -> {
                    executed.add(arguments);
                    return "well";
                })
                .start();
    }

    @AfterEach
    void close() throws Exception {
        workers.close();
    }

    private void goesOn() throws InterruptedException {
        assertThat(lovage.send(ADD.with(Arguments.none()).queue(queue.name())).get(WholeWorkers.PATIENCE))
                .isEqualTo("well");
        assertThat(next().args()).isEmpty();
    }

    private Arguments next() throws InterruptedException {
        Arguments arguments = executed.poll(WholeWorkers.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(arguments).as("what ran").isNotNull();
        return arguments;
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("bootstrap.servers", kafka.address());
        return workers.ends(new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()));
    }

    private ProducerRecord<byte[], byte[]> record(byte @Nullable [] value) {
        return new ProducerRecord<>(queue.name(), value);
    }

    private void put(byte @Nullable [] value) throws ExecutionException, InterruptedException {
        producer(Map.of("max.request.size", 20 * MEBIBYTE)).send(record(value)).get();
    }

    private String reasonFor(byte @Nullable [] value) throws ExecutionException, InterruptedException {
        put(value);
        goesOn();
        DeadLetter letter = deadLetter();
        assertThat(lovage.deadLetters(queue.name()).discard(letter.id())).isTrue();
        return letter.reason();
    }

    private DeadLetter deadLetter() {
        Awaitility.await("the dead letter")
                .atMost(WholeWorkers.PATIENCE)
                .until(() -> !lovage.deadLetters(queue.name()).list(10).isEmpty());
        List<DeadLetter> letters = lovage.deadLetters(queue.name()).list(10);
        assertThat(letters).hasSize(1);
        return letters.get(0);
    }

    /** As kombu writes it, whatever the transport. */
    private static byte[] celery(String body) {
        return ("{\"body\": \"" + body + "\", \"content-encoding\": \"utf-8\", \"content-type\": \"application/json\","
                        + " \"headers\": {\"lang\": \"py\", \"task\": \"wire.add\","
                        + " \"id\": \"00000000-0000-4000-8000-000000000001\", \"shadow\": null, \"eta\": null,"
                        + " \"expires\": null, \"group\": null, \"group_index\": null, \"retries\": 0,"
                        + " \"timelimit\": [null, null], \"root_id\": \"00000000-0000-4000-8000-000000000001\","
                        + " \"parent_id\": null, \"argsrepr\": \"(2, 3)\", \"kwargsrepr\": \"{}\","
                        + " \"origin\": \"gen1@host\", \"ignore_result\": true}, \"properties\": {"
                        + "\"correlation_id\": \"00000000-0000-4000-8000-000000000001\","
                        + " \"reply_to\": \"81ff56cf-3c11-31bc-91b4-c3ed9ab4b393\", \"delivery_mode\": 2,"
                        + " \"delivery_info\": {\"exchange\": \"\", \"routing_key\": \"celery\"}, \"priority\": 0,"
                        + " \"body_encoding\": \"base64\", \"delivery_tag\": \"47ea56a3-8896-47ab-9562-dc549482dbc8\"}}")
                .getBytes(UTF_8);
    }

    /** The task 2 + 3. */
    private static byte[] celery() {
        return celery("W1syLCAzXSwge30sIHsiY2FsbGJhY2tzIjogbnVsbCwgImVycmJhY2tzIjogbnVsbCwgImNoYWluIjogbnVsbCwgImNo"
                + "b3JkIjogbnVsbH1d");
    }

    private void alterTopic(String topic, String name, int value) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.address()))) {
            AlterConfigOp change =
                    new AlterConfigOp(new ConfigEntry(name, Integer.toString(value)), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(Queues.topicOf(topic), List.of(change)))
                    .all()
                    .get();
        }
    }

    @Test
    @DisplayName("R10.6 records that are no messages are dead-lettered with their reason, and the worker goes on")
    void recordsThatAreNoMessages() throws ExecutionException, InterruptedException {
        assertThat(reasonFor(new byte[0])).containsIgnoringCase("JSON");
        assertThat(reasonFor(null)).containsIgnoringCase("JSON");
        assertThat(reasonFor("garbage".getBytes(UTF_8))).contains("not JSON");
        assertThat(reasonFor(new byte[] {0, 1, -1, -2})).contains("not JSON");
        assertThat(reasonFor("[1, 2]".getBytes(UTF_8))).contains("not a JSON object");
        assertThat(reasonFor("{} {}".getBytes(UTF_8))).contains("something follows");
        assertThat(reasonFor(("{\"a\": " + "[".repeat(5_000)).getBytes(UTF_8))).isNotBlank();
        assertThat(reasonFor("{\"headers\": {}}".getBytes(UTF_8))).contains("body");
        assertThat(reasonFor(celery("%%"))).containsIgnoringCase("base64");
        assertThat(worker.stats().deadLettered()).isEqualTo(9);
    }

    @Test
    @DisplayName("a message that Celery's kombu wrote runs, also with a key and headers that Lovage does not write")
    void aMessageOfCelery() throws ExecutionException, InterruptedException {
        put(celery());
        assertThat(next().args()).containsExactly(2L, 3L);
        ProducerRecord<byte[], byte[]> odd = new ProducerRecord<>(queue.name(), "key".getBytes(UTF_8), celery());
        odd.headers().add("lovage-due", "soon".getBytes(UTF_8)).add("", new byte[0]);
        producer(Map.of()).send(odd).get();

        assertThat(next().args()).containsExactly(2L, 3L);
        goesOn();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "snappy", "lz4", "zstd"})
    @DisplayName("a batch that somebody has compressed runs")
    void aCompressedBatch(String how) throws ExecutionException, InterruptedException {
        KafkaProducer<byte[], byte[]> producer = producer(Map.of("compression.type", how, "linger.ms", 1_000));
        for (int i = 0; i < 5; i++) {
            var unused = producer.send(record(celery()));
        }
        producer.flush();

        for (int i = 0; i < 5; i++) {
            assertThat(next().args()).containsExactly(2L, 3L);
        }
        goesOn();
    }

    /** Share groups read what is not committed, unless the group says otherwise. */
    @Test
    @DisplayName("the marks of transactions stop nobody; a transaction that is aborted runs like one that is not")
    void transactions() throws ExecutionException, InterruptedException {
        KafkaProducer<byte[], byte[]> producer = producer(Map.of("transactional.id", queue.name()));
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(record(celery())).get();
        producer.commitTransaction();
        assertThat(next().args()).containsExactly(2L, 3L);
        producer.beginTransaction();
        producer.send(record(celery())).get();
        producer.abortTransaction();
        assertThat(next().args()).containsExactly(2L, 3L);
        producer.beginTransaction();
        producer.send(record(celery())).get();
        assertThat(next().args()).containsExactly(2L, 3L);

        goesOn(); // beside a transaction that nobody has ended
    }

    @Test
    @DisplayName(
            "R10.6 a record that is larger than what Lovage writes runs, or is dead-lettered as far as that can be")
    void aHugeRecord() throws ExecutionException, InterruptedException {
        alterTopic(queue.name(), "max.message.bytes", 16 * MEBIBYTE);
        put(celery("W1tdLCB7fSwge31d" + "ICAg".repeat(3 * MEBIBYTE))); // [[], {}, {}], and spaces
        assertThat(next().args()).isEmpty();

        byte[] garbage = "x".repeat(12 * MEBIBYTE).getBytes(UTF_8);
        assertThat(reasonFor(garbage)).contains("not JSON").contains(Integer.toString(garbage.length));
    }

    @Test
    @DisplayName("R1.6 a message over the topic's limit is refused with the setting, its value and what to do")
    void aMessageOverTheLimit() throws ExecutionException, InterruptedException {
        alterTopic(queue.name(), "max.message.bytes", 20_000);

        assertThatThrownBy(() ->
                        lovage.send(ADD.with(Arguments.of("x".repeat(50_000))).queue(queue.name())))
                .isInstanceOf(PublishException.class)
                .hasMessageContaining("'" + queue.name() + "'")
                .hasMessageContaining("max.message.bytes=20000")
                .hasMessageContaining("kafka-configs.sh");
        assertThatThrownBy(() -> lovage.send(
                        ADD.with(Arguments.of("x".repeat(5 * MEBIBYTE))).queue(queue.name())))
                .isInstanceOf(PublishException.class)
                .hasMessageContaining("the limit of broker 'kafka', " + 4 * MEBIBYTE + " bytes")
                .hasMessageContaining("send a reference to the data instead");
        goesOn();
    }
}
