package io.lovage.redis;

import static io.lovage.redis.TestResults.PATIENCE;
import static io.lovage.redis.TestResults.document;
import static io.lovage.redis.TestResults.get;
import static io.lovage.redis.TestResults.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.envelope.Envelope;
import io.lovage.internal.time.NamedThreads;
import io.lovage.internal.time.SystemTime;
import io.lovage.spi.AccessRefusedException;
import io.lovage.spi.BackendConfig;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Bytes;
import io.lovage.spi.Fence;
import io.lovage.spi.ResultHead;
import io.lovage.spi.ServiceUrl;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import io.lovage.spi.TaskState;
import io.lovage.testservers.RedisOptions;
import io.lovage.testservers.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RpcResultsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final NamedThreads threads = new NamedThreads("rpc-test");
    private final SystemTime time = new SystemTime(threads);
    private final List<AutoCloseable> open = new ArrayList<>();
    private final TaskId id = TaskId.random();
    private RedisServer server;
    private RpcResultBackend client;
    private RpcResultBackend worker;

    @BeforeEach
    void start() {
        TestRedis.server(); // skips where there is none
        server = RedisServer.start(RedisOptions.ofDefaults()
                .user("default on nopass ~* &* +@all")
                .user("writer on >secret ~* &* +@all -lrange"));
        client = backend(server.url());
        worker = backend(server.url());
    }

    private RpcResultBackend backend(String url) {
        RedisBroker broker =
                RedisBroker.connect(new BrokerConfig(ServiceUrl.parse(url), "test", TIMEOUT, TIMEOUT, time, threads));
        BackendConfig config = new BackendConfig(ServiceUrl.parse("rpc://"), "test", TIMEOUT, time, threads);
        RpcResultBackend backend = (RpcResultBackend) new RpcResultBackendProvider().connect(config, broker);
        open.add(backend);
        open.add(broker);
        return backend;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        if (server != null) {
            server.stop();
        }
        time.close();
    }

    private void store(String replyTo, TaskState state, String value) {
        get(worker.transition(
                new TaskRef(id, Optional.of(replyTo), id.value()),
                result(id, state, value),
                new Fence(0, 1),
                Duration.ofMinutes(1)));
    }

    /** As kombu writes it into the list. */
    private static String envelope(String document) {
        String body = Base64.getEncoder().encodeToString(document.getBytes(StandardCharsets.UTF_8));
        return "{\"body\": \"" + body + "\", \"content-encoding\": \"utf-8\", \"content-type\": \"application/json\","
                + " \"headers\": {}, \"properties\": {\"correlation_id\": \"x\", \"delivery_mode\": 1,"
                + " \"delivery_info\": {\"exchange\": \"\", \"routing_key\": \"y\"}, \"priority\": 0,"
                + " \"body_encoding\": \"base64\", \"delivery_tag\": \"z\"}}";
    }

    private void awaitFound(TaskState state) {
        Awaitility.await(state.name())
                .atMost(PATIENCE)
                .until(() -> get(client.find(id)).map(StoredResult::state), found -> found.equals(Optional.of(state)));
    }

    private void awaitEmpty(String list) {
        Awaitility.await("everything to be read")
                .atMost(PATIENCE)
                .until(() -> server.command("EXISTS", list).equals("0"));
    }

    @Test
    void whatHasArrivedIsFoundWithoutListening() {
        String replyTo = client.replyAddress();
        assertThat(get(client.find(id))).isEmpty();

        store(replyTo, new TaskState("PROGRESS"), "half");
        awaitFound(new TaskState("PROGRESS"));
        store(replyTo, TaskState.SUCCESS, "done");
        awaitFound(TaskState.SUCCESS);
        awaitEmpty(replyTo);
    }

    @Test
    void whatPythonRepliesIsHeardInOrderAndGarbageDisturbsNobody() {
        String replyTo = client.replyAddress();
        Queue<TaskState> heard = new ConcurrentLinkedQueue<>();
        client.onChange(id, state -> heard.add(state.state()));

        server.command("LPUSH", replyTo, envelope(document(id, TaskState.STARTED, "x")), "garbage", envelope("[]"));
        server.command(
                "LPUSH", replyTo, "{}", envelope(document(id, TaskState.RETRY, "x")), envelope("{\"status\": 1}"));
        server.command("LPUSH", replyTo, envelope(document(id, TaskState.SUCCESS, "x")));

        Awaitility.await("the end").atMost(PATIENCE).until(() -> heard.contains(TaskState.SUCCESS));
        assertThat(heard).containsExactly(TaskState.STARTED, TaskState.RETRY, TaskState.SUCCESS);
        awaitEmpty(replyTo);
    }

    @Test
    @DisplayName("R11.8 whoever waits for a reply that cannot be read is told that it failed")
    void whoeverWaitsForAReplyThatCannotBeReadIsTold() {
        String replyTo = client.replyAddress();
        for (String garbage : List.of("{\"status\": ", "[1]", "", "{\"status\": \"  \", \"task_id\": \"\"}")) {
            TaskId one = TaskId.random();
            CompletableFuture<StoredResult> told = new CompletableFuture<>();
            client.onFinal(one, told::complete);

            server.command("LPUSH", replyTo, envelope(garbage).replace("\"x\"", "\"" + one + "\""));

            assertThat(get(told)).isEqualTo(new StoredResult(one, TaskState.FAILURE, Bytes.utf8(garbage)));
        }
    }

    @Test
    @DisplayName("R11.2 every reply that a worker of Celery pushed is understood, and whoever waits is told")
    void whatCeleryRepliedIsHeard() {
        String replyTo = client.replyAddress();
        Map<TaskId, TaskState> ends = new LinkedHashMap<>();
        Map<TaskId, CompletableFuture<StoredResult>> told = new LinkedHashMap<>();
        for (String raw : GoldenDocuments.replies()) {
            Envelope envelope = Envelope.read(raw.getBytes(StandardCharsets.UTF_8));
            ResultHead head = ResultHead.read(envelope.message().body()).orElseThrow();
            TaskState state = new TaskState(head.status());
            if (state.isFinal()) {
                ends.putIfAbsent(new TaskId(head.taskId().orElseThrow()), state);
            }
        }
        for (TaskId each : ends.keySet()) {
            CompletableFuture<StoredResult> one = new CompletableFuture<>();
            client.onFinal(each, one::complete);
            told.put(each, one);
        }

        GoldenDocuments.replies().forEach(raw -> server.command("LPUSH", replyTo, raw));

        assertThat(ends).hasSizeGreaterThan(15).containsValues(TaskState.SUCCESS, TaskState.FAILURE, TaskState.REVOKED);
        told.forEach((each, one) -> assertThat(get(one).state()).as("%s", each).isEqualTo(ends.get(each)));
        awaitEmpty(replyTo);
    }

    @Test
    @DisplayName("R11.7 a reply that nobody takes counts as stored, and expires")
    void aReplyThatNobodyTakesExpires() {
        String nobody = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";

        store(nobody, TaskState.SUCCESS, "x");

        assertThat(Long.parseLong(server.command("TTL", nobody))).isBetween(1L, 86_400L);
        assertThat(get(worker.transition(TaskRef.of(id), result(id, TaskState.SUCCESS, "x"), new Fence(0, 1), TIMEOUT))
                        .accepted())
                .isTrue();
    }

    @Test
    @DisplayName("R10.1 a result that came during a restart of the server is read afterwards")
    void aResultThatCameDuringARestartIsRead() {
        String replyTo = client.replyAddress();
        CompletableFuture<StoredResult> told = new CompletableFuture<>();
        client.onFinal(id, told::complete);

        server.restart();
        server.command("LPUSH", replyTo, envelope(document(id, TaskState.SUCCESS, "x")));

        assertThat(get(told).state()).isEqualTo(TaskState.SUCCESS);
        awaitEmpty(replyTo);
    }

    @Test
    void tenThousandRepliesComeAndNothingStays() {
        String replyTo = client.replyAddress();
        List<CompletableFuture<StoredResult>> told = new ArrayList<>();
        List<CompletableFuture<?>> sent = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            TaskId each = TaskId.random();
            CompletableFuture<StoredResult> one = new CompletableFuture<>();
            told.add(one);
            client.onFinal(each, one::complete);
            sent.add(worker.transition(
                            new TaskRef(each, Optional.of(replyTo), each.value()),
                            result(each, TaskState.SUCCESS, "x"),
                            new Fence(0, 1),
                            TIMEOUT)
                    .thenAccept(answer -> {})
                    .toCompletableFuture());
        }

        sent.forEach(each -> get(each));
        told.forEach(each -> assertThat(get(each).state()).isEqualTo(TaskState.SUCCESS));
        awaitEmpty(replyTo);
        assertThat(client.size()).as("kept for those who ask later").isEqualTo(10_000);
        assertThat(worker.size()).isZero();
    }

    @Test
    void nobodyBeginsToWaitAfterTheEnd() {
        client.replyAddress();
        client.close();
        client.close();

        assertThatThrownBy(() -> client.onFinal(id, state -> {})).isInstanceOf(BrokerUnavailableException.class);
        assertThatThrownBy(() -> client.onChange(id, state -> {})).isInstanceOf(BrokerUnavailableException.class);
        assertThatThrownBy(client::replyAddress).isInstanceOf(BrokerUnavailableException.class);
        assertThat(client.find(id).toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    @DisplayName("R10.4 a user who may not read replies is told so")
    void aUserWhoMayNotReadRepliesIsToldSo() {
        RpcResultBackend limited = backend(server.url().replace("://", "://writer:secret@"));

        assertThatThrownBy(limited::replyAddress)
                .isInstanceOf(AccessRefusedException.class)
                .hasMessageContaining("read replies");
    }

    @Test
    @DisplayName("R12.4 an address that is none becomes no key")
    void anAddressThatIsNoneBecomesNoKey() {
        assertThatThrownBy(() -> store("some key", TaskState.SUCCESS, "x")).isInstanceOf(BrokerException.class);
        assertThat(server.command("EXISTS", "some key")).isEqualTo("0");
    }

    /** It was sent over a connection that was given up, and arrives when the next one has removed the same replies. */
    @Test
    @DisplayName("R10.1 a removal that comes late takes nothing that nobody has read")
    void aRemovalThatComesLateTakesNothing() {
        byte[] list = "a-reply-list".getBytes(StandardCharsets.UTF_8);
        byte[] read = "read".getBytes(StandardCharsets.UTF_8);
        server.command("LPUSH", "a-reply-list", "read", "unread");
        try (Connector connector = TestRedis.connectorTo(server.url(), threads);
                Link link = TestRedis.link(connector, threads, time)) {
            Session session = link.start();

            assertThat(get(session.<Long>run(Scripts.TRIM, new byte[][] {list}, read, Scripts.bytes(1))))
                    .isEqualTo(1);
            assertThat(get(session.<Long>run(Scripts.TRIM, new byte[][] {list}, read, Scripts.bytes(1))))
                    .isZero();
        }
        assertThat(server.command("LRANGE", "a-reply-list", "0", "-1")).isEqualTo("unread");
    }
}
