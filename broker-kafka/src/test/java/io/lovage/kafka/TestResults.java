package io.lovage.kafka;

import io.lovage.internal.time.NamedThreads;
import io.lovage.internal.time.SystemTime;
import io.lovage.spi.BackendConfig;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.Bytes;
import io.lovage.spi.Fence;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.ServiceUrl;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import io.lovage.spi.TaskState;
import io.lovage.spi.Transition;
import io.lovage.spi.UrlOptions;
import io.lovage.testservers.KafkaServer;
import io.lovage.testservers.TestServers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;
import org.junit.jupiter.api.Assumptions;

/** Connections to results over a real server, each test with topics of its own, and what tests say to them. */
final class TestResults implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final Fence FIRST = new Fence(0, 1);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofMinutes(5);

    private final NamedThreads threads = new NamedThreads("results-test-" + UUID.randomUUID());
    private final SystemTime time = new SystemTime(threads);
    private final Deque<Runnable> open = new ArrayDeque<>();
    private final String prefix = "t" + UUID.randomUUID() + ".";

    static KafkaServer server() {
        return TestServers.kafka().orSkip(Assumptions::abort);
    }

    /** The name of a topic for results, {@code replies} or {@code results}. */
    String topic(String kind) {
        return prefix + "lovage." + kind;
    }

    String prefix() {
        return prefix;
    }

    KafkaBroker broker() {
        return broker(server().url());
    }

    KafkaBroker broker(String url) {
        KafkaBroker broker = KafkaBroker.connect(new BrokerConfig(
                ServiceUrl.parse(url + "?prefix=" + prefix + "&heartbeat=3s"),
                "test",
                TIMEOUT,
                TIMEOUT,
                time,
                threads));
        open.push(broker::close);
        return broker;
    }

    ResultLogBackend rpc() {
        return rpc(broker());
    }

    ResultLogBackend rpc(KafkaBroker broker) {
        return ends(new RpcResultBackendProvider().connect(config("rpc://"), broker));
    }

    /** {@code options}: each with an ampersand in front. */
    ResultLogBackend topic(KafkaBroker beside, String options) {
        return topicAt(server().url(), beside, options);
    }

    ResultLogBackend topicAt(String url, KafkaBroker beside) {
        return topicAt(url, beside, "");
    }

    /** Reads from so long ago, and lets a call wait for next to nothing. */
    ResultLogBackend impatient(KafkaBroker beside, Duration since) {
        BackendConfig config =
                new BackendConfig(ServiceUrl.parse("kafka://"), "test", Duration.ofMillis(1), time, threads);
        ResultSurroundings around = beside.results();
        ResultTopic topic = new ResultTopic(new ResultTopic.Spec(topic("results"), 4, LONG), around);
        return ends(new ResultLogBackend(
                config,
                around,
                new ResultTopicRoute(topic, around, since, () -> {}),
                ResultShelf.Limits.read(new UrlOptions("test", config.url()))));
    }

    private ResultLogBackend topicAt(String url, KafkaBroker beside, String options) {
        BackendConfig config = config(url + "?prefix=" + prefix + "&heartbeat=3s" + options);
        return ends(new KafkaResultBackendProvider().connect(config, beside));
    }

    private ResultLogBackend ends(ResultBackend made) {
        ResultLogBackend backend = (ResultLogBackend) made;
        open.push(backend::close);
        return backend;
    }

    BackendConfig config(String url) {
        return new BackendConfig(ServiceUrl.parse(url), "test", TIMEOUT, time, threads);
    }

    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** As an operator does it. */
    static <T> T bare(Function<Admin, KafkaFuture<T>> action) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", server().operatorAddress()))) {
            return get(action.apply(admin).toCompletionStage());
        }
    }

    /** As an operator does it who does not know how many partitions there were. */
    static void makeAnew(String topic, int partitions) {
        bare(admin -> admin.deleteTopics(List.of(topic)).all());
        try {
            bare(admin -> admin.createTopics(List.of(new NewTopic(topic, Optional.of(partitions), Optional.empty())))
                    .all());
        } catch (TopicExistsException e) {
            // whoever reads it was first
        }
    }

    static StoredResult result(TaskId id, TaskState state, String value) {
        return new StoredResult(id, state, Bytes.utf8(document(id, state, value)));
    }

    /** As Celery writes it. */
    static String document(TaskId id, TaskState state, String value) {
        return "{\"status\": \"" + state + "\", \"result\": \"" + value + "\", \"traceback\": null, \"children\": [],"
                + " \"date_done\": null, \"task_id\": \"" + id + "\"}";
    }

    static CompletionStage<Transition> sending(
            ResultLogBackend worker, String replyTo, TaskId id, TaskState state, String value) {
        return worker.transition(
                new TaskRef(id, Optional.of(replyTo), id.value()), result(id, state, value), FIRST, LONG);
    }

    static Transition store(ResultLogBackend worker, String replyTo, TaskId id, TaskState state, String value) {
        return get(sending(worker, replyTo, id, state, value));
    }

    static CompletableFuture<StoredResult> waiting(ResultLogBackend client, TaskId id) {
        CompletableFuture<StoredResult> told = new CompletableFuture<>();
        client.onFinal(id, told::complete);
        return told;
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            open.pop().run();
        }
        time.close();
    }
}
