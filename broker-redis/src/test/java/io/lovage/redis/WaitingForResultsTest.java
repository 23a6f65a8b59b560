package io.lovage.redis;

import static io.lovage.redis.TestResults.PATIENCE;
import static io.lovage.redis.TestResults.document;
import static io.lovage.redis.TestResults.get;
import static io.lovage.redis.TestResults.result;
import static io.lovage.redis.TestResults.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lovage.spi.AccessRefusedException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Fence;
import io.lovage.spi.ResultBackend.Subscription;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import io.lovage.spi.TaskState;
import io.lovage.testing.ManualClock;
import io.lovage.testservers.FaultProxy;
import io.lovage.testservers.FaultProxy.Direction;
import io.lovage.testservers.RedisOptions;
import io.lovage.testservers.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Each with a server of its own, which other tests neither disturb nor hear. */
class WaitingForResultsTest {
    private static final Fence FIRST = new Fence(0, 1);

    private final TestResults results = new TestResults();
    private final TaskId id = TaskId.random();
    private final String key = "celery-task-meta-" + id;
    private RedisServer server;
    private RedisResultBackend client;
    private RedisResultBackend worker;

    @BeforeEach
    void start() {
        TestRedis.server(); // skips where there is none
        server = RedisServer.start();
        client = results.connect(server.url() + "?heartbeat=2s");
        worker = results.connect(server.url() + "?heartbeat=2s");
    }

    @AfterEach
    void close() {
        results.close();
        if (server != null) {
            server.stop();
        }
    }

    private static CompletableFuture<StoredResult> waiting(RedisResultBackend backend, TaskId id) {
        CompletableFuture<StoredResult> told = new CompletableFuture<>();
        backend.onFinal(id, told::complete);
        return told;
    }

    private void pythonStores(TaskState state, String value) {
        server.command("SETEX", key, "86400", document(id, state, value));
        server.command("PUBLISH", key, document(id, state, value));
    }

    private void awaitSubscribers(int count) {
        Awaitility.await("subscribers of " + key)
                .atMost(PATIENCE)
                .until(() -> server.command("PUBSUB", "NUMSUB", key).endsWith("\n" + count));
    }

    private String channels() {
        return server.command("PUBSUB", "CHANNELS");
    }

    @Test
    @DisplayName("R11.2 what Python stores is heard, and what was there already is told at once")
    void whatPythonStoresIsHeard() {
        CompletableFuture<StoredResult> early = waiting(client, id);
        awaitSubscribers(1);
        pythonStores(TaskState.STARTED, "begun");
        pythonStores(TaskState.SUCCESS, "done");

        assertThat(get(early)).isEqualTo(result(id, TaskState.SUCCESS, "done"));
        assertThat(get(waiting(client, id))).isEqualTo(result(id, TaskState.SUCCESS, "done"));
        Awaitility.await("nothing subscribed")
                .atMost(PATIENCE)
                .until(() -> channels().isEmpty());
        assertThat(client.interests()).isZero();
    }

    @Test
    void pythonHearsWhatIsStored() throws InterruptedException {
        LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
        RedisClient python = RedisClient.create(server.url());
        try (StatefulRedisPubSubConnection<String, String> connection = python.connectPubSub()) {
            connection.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(String channel, String message) {
                    heard.add(channel + " " + message);
                }
            });
            connection.sync().subscribe(key);

            store(worker, id, TaskState.SUCCESS, "java", FIRST);

            assertThat(heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo(key + " " + document(id, TaskState.SUCCESS, "java"));
        } finally {
            python.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    @Test
    @DisplayName("R11.2 every change after the call is heard once and in order, and what was there before it")
    void everyChangeIsHeardOnceAndInOrder() {
        store(worker, id, TaskState.STARTED, "begun", FIRST);
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        List<String> stored = new ArrayList<>(List.of("STARTED begun"));

        client.onChange(id, state -> heard.add(text(state)));
        for (int i = 0; i < 100; i++) {
            store(worker, id, new TaskState("PROGRESS"), Integer.toString(i), FIRST);
            stored.add("PROGRESS " + i);
        }
        store(worker, id, TaskState.SUCCESS, "done", FIRST);
        stored.add("SUCCESS done");

        Awaitility.await("the end").atMost(PATIENCE).until(() -> heard.contains("SUCCESS done"));
        assertThat(heard).containsExactlyElementsOf(stored);
    }

    private static String text(StoredResult state) {
        return state.state() + " " + state.document().toUtf8().replaceFirst(".*\"result\": \"([^\"]*)\".*", "$1");
    }

    @Test
    void whoStopsWaitingIsNotSubscribedAndNotTold() {
        Queue<StoredResult> heard = new ConcurrentLinkedQueue<>();
        Subscription first = client.onFinal(id, heard::add);
        Subscription second = client.onChange(id, heard::add);
        awaitSubscribers(1);
        first.close();
        first.close();
        assertThat(client.interests()).isPositive();
        second.close();

        awaitSubscribers(0);
        store(worker, id, TaskState.SUCCESS, "done", FIRST);
        TaskId later = TaskId.random();
        CompletableFuture<StoredResult> other = waiting(client, later);
        store(worker, later, TaskState.SUCCESS, "done", FIRST);
        get(other);
        assertThat(heard).isEmpty();
        assertThat(client.interests()).isZero();
    }

    @Test
    void aListenerThatFailsTroublesNobody() {
        client.onFinal(id, state -> {
            throw new IllegalStateException("on purpose");
        });
        CompletableFuture<StoredResult> other = waiting(client, id);

        store(worker, id, TaskState.SUCCESS, "done", FIRST);

        assertThat(get(other).state()).isEqualTo(TaskState.SUCCESS);
    }

    @Test
    void aWorkerThatWaitsForNothingHasOneConnection() {
        store(worker, id, TaskState.SUCCESS, "done", FIRST);

        assertThat(connections()).isEqualTo(2); // the worker's and the client's, which has not waited yet
    }

    private long connections() {
        return server.command("CLIENT", "LIST")
                .lines()
                .filter(line -> line.contains("name=test"))
                .count();
    }

    @Test
    @DisplayName("R10.1 after a restart of the server everybody who waits is told, also of what came meanwhile")
    void afterARestartEverybodyIsTold() {
        CompletableFuture<StoredResult> before = waiting(client, id);
        awaitSubscribers(1);

        server.restart();
        pythonStores(TaskState.SUCCESS, "done");

        assertThat(get(before).state()).isEqualTo(TaskState.SUCCESS);
        TaskId later = TaskId.random();
        Awaitility.await("the worker's connection")
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(BrokerUnavailableException.class)
                .until(() -> store(worker, later, TaskState.SUCCESS, "x", FIRST).accepted());
        assertThat(get(waiting(client, later)).state()).isEqualTo(TaskState.SUCCESS);
    }

    @Test
    @DisplayName("R10.1 a result that was stored while the subscription was cut is read afterwards")
    void aResultThatWasStoredWhileTheSubscriptionWasCutIsRead() {
        Map<TaskId, CompletableFuture<StoredResult>> all = new LinkedHashMap<>();
        for (int i = 0; i < 3_000; i++) {
            TaskId each = TaskId.random();
            all.put(each, waiting(client, each));
        }
        CompletableFuture<StoredResult> one = waiting(client, id);
        awaitSubscribers(1);

        for (int round = 0; round < 3; round++) {
            server.command("CLIENT", "KILL", "TYPE", "pubsub");
            all.keySet().stream()
                    .skip(round * 1_000L)
                    .limit(1_000)
                    .forEach(each -> get(worker.transition(
                            TaskRef.of(each), result(each, TaskState.SUCCESS, "x"), FIRST, TestResults.LONG)));
        }

        all.values().forEach(told -> assertThat(get(told).state()).isEqualTo(TaskState.SUCCESS));
        store(worker, id, TaskState.SUCCESS, "x", FIRST);
        get(one);
        Awaitility.await("nothing subscribed")
                .atMost(PATIENCE)
                .until(() -> channels().isEmpty());
        assertThat(client.interests()).isZero();
    }

    /** A transition whose answer is lost fails; it is not sent again, and doing it again is harmless. */
    @Test
    void anOutcomeWhoseAnswerWasLostFailsAndMayBeStoredAgain() {
        try (FaultProxy proxy = FaultProxy.to(server.port())) {
            RedisResultBackend far = results.connect(proxy.url(server.url()) + "?heartbeat=2s");
            store(far, TaskId.random(), TaskState.SUCCESS, "x", FIRST);
            proxy.blackHole(Direction.TO_CLIENT);
            CompletableFuture<Boolean> lost = far.transition(
                            TaskRef.of(id), result(id, TaskState.SUCCESS, "x"), FIRST, TestResults.LONG)
                    .thenApply(answer -> answer.accepted())
                    .toCompletableFuture();

            assertThatThrownBy(() -> get(lost))
                    .isInstanceOfSatisfying(
                            BrokerUnavailableException.class,
                            e -> assertThat(e.retryable()).isTrue());
            assertThat(server.command("GET", key)).contains("SUCCESS");
            proxy.pass();

            Awaitility.await("the next connection")
                    .atMost(PATIENCE)
                    .ignoreExceptionsInstanceOf(BrokerUnavailableException.class)
                    .until(() -> store(far, id, TaskState.SUCCESS, "x", FIRST).accepted());
        }
    }

    @Test
    @DisplayName("R10.5 a subscription that is half open is noticed, and one that is not stays")
    void aHalfOpenSubscriptionIsNoticed() {
        try (FaultProxy proxy = FaultProxy.to(server.port())) {
            RedisResultBackend far = results.connect(proxy.url(server.url()) + "?heartbeat=1s");
            CompletableFuture<StoredResult> told = waiting(far, id);
            awaitSubscribers(1);
            String subscriber = subscriber();
            // some pings of either connection, which are 14 bytes each
            long already = proxy.passed(Direction.TO_SERVER);
            Awaitility.await("pings")
                    .atMost(PATIENCE)
                    .until(() -> proxy.passed(Direction.TO_SERVER) > already + 20 * 14);
            assertThat(subscriber()).isEqualTo(subscriber);

            proxy.blackHole();
            store(worker, id, TaskState.SUCCESS, "done", FIRST);
            assertThat(told).isNotDone();
            Awaitility.await("the connections to be given up").atMost(PATIENCE).until(() -> proxy.accepted() > 2);
            proxy.pass();

            assertThat(get(told).state()).isEqualTo(TaskState.SUCCESS);
        }
    }

    private String subscriber() {
        return server.command("CLIENT", "LIST", "TYPE", "pubsub").replaceFirst("(?s)id=(\\d+).*", "$1");
    }

    @Test
    void aHundredThousandHandlesLeaveNothingBehind() {
        int handles = 100_000;
        RedisResultBackend waits = results.connect(server.url());
        RedisResultBackend stores = results.connect(server.url());
        List<Subscription> closed = new ArrayList<>();
        List<CompletableFuture<StoredResult>> told = new ArrayList<>();
        List<TaskId> done = new ArrayList<>();
        for (int i = 0; i < handles; i++) {
            TaskId each = TaskId.random();
            if (i % 2 == 0) {
                closed.add(waits.onFinal(each, state -> {}));
            } else {
                done.add(each);
                told.add(waiting(waits, each));
            }
        }
        List<CompletableFuture<?>> stored = new ArrayList<>();
        done.forEach(each -> stored.add(
                stores.transition(TaskRef.of(each), result(each, TaskState.SUCCESS, "x"), FIRST, TestResults.LONG)
                        .toCompletableFuture()));
        closed.forEach(Subscription::close);

        stored.forEach(answer -> get(answer));
        told.forEach(each -> assertThat(get(each).state()).isEqualTo(TaskState.SUCCESS));
        Awaitility.await("nothing known here").atMost(PATIENCE).until(() -> waits.interests() == 0);
        Awaitility.await("nothing subscribed")
                .atMost(PATIENCE)
                .until(() -> channels().isEmpty());
        assertThat(connections()).isEqualTo(5); // two of the one that waited, one of each other
    }

    @Test
    void nobodyBeginsToWaitAfterTheEnd() {
        client.replyAddress();
        client.close();
        client.close();

        assertThatThrownBy(() -> client.onFinal(id, state -> {})).isInstanceOf(BrokerUnavailableException.class);
        assertThatThrownBy(() -> client.onChange(id, state -> {})).isInstanceOf(BrokerUnavailableException.class);
        assertThatThrownBy(client::replyAddress).isInstanceOf(BrokerUnavailableException.class);
        assertThatThrownBy(() -> get(client.find(id))).isInstanceOf(BrokerUnavailableException.class);
        assertThatThrownBy(() -> store(client, id, TaskState.SUCCESS, "x", FIRST))
                .isInstanceOf(BrokerUnavailableException.class);
    }

    @Test
    @DisplayName("R10.4 a user who may not subscribe, publish or write is told so")
    void aUserWithoutPermissionIsToldSo() {
        try (RedisServer guarded = RedisServer.start(
                RedisOptions.ofDefaults().user("deaf on >secret ~* +@all").user("alien on >secret ~other* &* +@all"))) {
            RedisResultBackend deaf = results.connect(guarded.url().replace("://", "://deaf:secret@"));
            assertThatThrownBy(deaf::replyAddress)
                    .isInstanceOf(AccessRefusedException.class)
                    .hasMessageContaining("subscribe to results");
            assertThatThrownBy(() -> store(deaf, id, TaskState.SUCCESS, "x", FIRST))
                    .isInstanceOf(AccessRefusedException.class);

            RedisResultBackend alien = results.connect(guarded.url().replace("://", "://alien:secret@"));
            assertThatThrownBy(() -> store(alien, id, TaskState.SUCCESS, "x", FIRST))
                    .isInstanceOf(AccessRefusedException.class);
            assertThatThrownBy(() -> get(alien.find(id))).isInstanceOf(AccessRefusedException.class);

            guarded.command("ACL", "SETUSER", "deaf", "allchannels");
            assertThat(deaf.replyAddress()).isNotBlank();
            assertThat(store(deaf, id, TaskState.SUCCESS, "x", FIRST).accepted())
                    .isTrue();
        }
    }

    @Test
    @DisplayName("R10.7 a subscription that was confirmed leaves no timer behind")
    void aConfirmedSubscriptionLeavesNoTimer() {
        ManualClock clock = new ManualClock();
        RedisResultBackend patient = results.connect(server.url(), clock);
        patient.replyAddress();
        int before = clock.waitingActions();

        for (int i = 0; i < 20; i++) {
            TaskId each = TaskId.random();
            CompletableFuture<StoredResult> told = waiting(patient, each);
            store(worker, each, TaskState.SUCCESS, "done", FIRST);
            get(told);
        }

        Awaitility.await("all subscriptions to end").atMost(PATIENCE).until(() -> patient.interests() == 0);
        assertThat(clock.waitingActions()).isEqualTo(before);
    }
}
