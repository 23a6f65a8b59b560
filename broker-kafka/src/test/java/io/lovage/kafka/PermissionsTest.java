package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.Task;
import io.lovage.TaskFailedException;
import io.lovage.Worker;
import io.lovage.spi.AccessRefusedException;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.QueueSpec;
import io.lovage.testservers.KafkaOptions;
import io.lovage.testservers.KafkaServer;
import io.lovage.testservers.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** SASL over TLS, and users who may do what the documentation says and nothing more. */
@OnOwnServers
class PermissionsTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "brokers", "kafka.md");
    private static final Pattern OPTION = Pattern.compile("--([a-z-]+)(?: ([^-\\s]\\S*))?");
    private static final String PASSWORD = "s3cr3t-of-the-worker";
    private static final Task<Integer, Integer> SQUARE = Task.of("secured.square", Integer.class, Integer.class);

    private static KafkaServer kafka;

    private final WholeWorkers workers = new WholeWorkers(url("worker", PASSWORD, "&prefix=shop."));
    private final QueueSpec queue = WholeWorkers.queue();

    @BeforeAll
    static void startKafka() throws Exception {
        kafka = TestServers.startKafka(KafkaOptions.ofDefaults()
                        .withTls()
                        .withPermissions()
                        .user("worker", PASSWORD)
                        .user("sender", PASSWORD)
                        .user("nobody", PASSWORD))
                .orSkip(Assumptions::abort);
        List<AclBinding> documented = new ArrayList<>();
        for (String line : Files.readAllLines(DOCUMENT)) {
            if (line.startsWith("kafka-acls.sh ")) {
                documented.addAll(permissions(line));
            }
        }
        assertThat(documented).as("permissions in %s", DOCUMENT).isNotEmpty();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.operatorAddress()))) {
            admin.createAcls(documented).all().get();
        }
    }

    @AfterAll
    static void stopKafka() {
        if (kafka != null) {
            kafka.stop();
        }
    }

    /** What a line of the documentation allows. */
    private static List<AclBinding> permissions(String line) {
        String user = "";
        PatternType kind = PatternType.LITERAL;
        List<AclOperation> operations = new ArrayList<>();
        List<ResourcePattern> resources = new ArrayList<>();
        for (Matcher option = OPTION.matcher(line); option.find(); ) {
            String value = option.group(2) == null ? "" : option.group(2);
            switch (option.group(1)) {
                case "allow-principal" -> user = value;
                case "resource-pattern-type" -> kind = PatternType.valueOf(value.toUpperCase(Locale.ROOT));
                case "operation" -> operations.add(AclOperation.fromString(value.replaceAll("(?<=.)(?=[A-Z])", "_")));
                case "topic" -> resources.add(new ResourcePattern(ResourceType.TOPIC, value, kind));
                case "group" -> resources.add(new ResourcePattern(ResourceType.GROUP, value, kind));
                case "cluster" ->
                    resources.add(new ResourcePattern(ResourceType.CLUSTER, "kafka-cluster", PatternType.LITERAL));
                default -> assertThat(option.group(1)).isIn("bootstrap-server", "add");
            }
        }
        List<AclBinding> all = new ArrayList<>();
        for (ResourcePattern resource : resources) {
            for (AclOperation operation : operations) {
                all.add(new AclBinding(
                        resource, new AccessControlEntry(user, "*", operation, AclPermissionType.ALLOW)));
            }
        }
        return all;
    }

    private static String url(String user, String password, String options) {
        return "kafkas://" + user + ":" + password + "@localhost:"
                + kafka.tlsPort().orElseThrow() + "?ca=" + kafka.certificates().authority() + options;
    }

    @AfterEach
    void close() throws Exception {
        workers.close();
    }

    private Worker work() {
        return workers.ends(workers.connect()
                .worker()
                .queue(queue, 1)
                .concurrency(2)
                .handle(SQUARE, (x, context) -> {
                    if (x < 0) {
                        throw new IllegalArgumentException("negative");
                    }
                    return x * x;
                })
                .start());
    }

    private void squares(Lovage lovage) throws InterruptedException {
        AsyncResult<Integer> well = lovage.send(SQUARE.with(7).queue(queue.name()));
        AsyncResult<Integer> badly = lovage.send(SQUARE.with(-1).queue(queue.name()));
        AsyncResult<Integer> later =
                lovage.send(SQUARE.with(8).queue(queue.name()).delay(Duration.ofMillis(100)));
        assertThat(well.get(WholeWorkers.PATIENCE)).isEqualTo(49);
        assertThatThrownBy(() -> badly.get(WholeWorkers.PATIENCE)).isInstanceOf(TaskFailedException.class);
        assertThat(later.get(WholeWorkers.PATIENCE)).isEqualTo(64);
    }

    private long earliestOffset() {
        return asOperator(admin -> admin.listOffsets(
                        Map.of(new TopicPartition("shop." + queue.name(), 0), OffsetSpec.earliest()))
                .all()
                .get()
                .values()
                .iterator()
                .next()
                .offset());
    }

    private interface Question<T> {
        T ask(Admin admin) throws Exception;
    }

    private static <T> T asOperator(Question<T> question) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.operatorAddress()))) {
            return question.ask(admin);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName(
            "R10.4 R12.2 over SASL and TLS the documented permissions are enough: queues, delays, results, letters")
    void theDocumentedPermissionsAreEnough() throws Exception {
        work();
        Lovage lovage = workers.connect();
        squares(lovage);

        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.operatorAddress()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("shop." + queue.name(), new byte[] {1}))
                    .get();
        }
        Awaitility.await("the dead letter")
                .atMost(WholeWorkers.PATIENCE)
                .until(() -> !lovage.deadLetters(queue.name()).list(1).isEmpty());
        DeadLetter letter = lovage.deadLetters(queue.name()).list(1).get(0);
        assertThat(lovage.deadLetters(queue.name()).discard(letter.id())).isTrue();
        Awaitility.await("what is done is deleted")
                .atMost(WholeWorkers.PATIENCE)
                .untilAsserted(() -> assertThat(earliestOffset()).isPositive());
        squares(workers.connect(url("sender", PASSWORD, "&prefix=shop.")));
    }

    @Test
    @DisplayName("R10.4 a queue that is not there and may not be created is refused by name; others go on")
    void aQueueThatMayNotBeCreated() throws InterruptedException {
        Lovage nobody = workers.connect(url("nobody", PASSWORD, ""));
        Lovage sender = workers.connect(url("sender", PASSWORD, "&prefix=shop."));
        work();

        for (Lovage refused : List.of(nobody, sender)) {
            assertThatThrownBy(() -> refused.worker()
                            .queues("missing")
                            .handle(SQUARE, (x, context) -> x)
                            .start())
                    .isInstanceOf(AccessRefusedException.class)
                    .hasMessageContaining("queue 'missing'");
            assertThatThrownBy(() -> refused.send(SQUARE.with(7).queue("missing")))
                    .isInstanceOf(AccessRefusedException.class)
                    .hasMessageContaining("queue 'missing'");
        }

        squares(sender);
    }

    @Test
    @DisplayName("R10.4 R12.3 a wrong password is one clear error at connect that does not tell it")
    void aWrongPassword() throws InterruptedException {
        work();
        long start = System.nanoTime();

        assertThatThrownBy(() -> workers.connect(url("worker", "wrong-" + PASSWORD, "")))
                .isInstanceOf(AccessRefusedException.class)
                .hasMessageContaining("localhost")
                .hasMessageContaining("worker")
                .message()
                .doesNotContain(PASSWORD);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
        squares(workers.connect());
    }
}
