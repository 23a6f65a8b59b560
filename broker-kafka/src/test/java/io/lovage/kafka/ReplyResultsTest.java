package io.lovage.kafka;

import static io.lovage.kafka.TestResults.PATIENCE;
import static io.lovage.kafka.TestResults.bare;
import static io.lovage.kafka.TestResults.document;
import static io.lovage.kafka.TestResults.get;
import static io.lovage.kafka.TestResults.sending;
import static io.lovage.kafka.TestResults.store;
import static io.lovage.kafka.TestResults.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.spi.Broker;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.PublishException;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import io.lovage.spi.TaskState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@OnSharedServer
class ReplyResultsTest {
    private final TestResults results = new TestResults();
    private final TaskId id = TaskId.random();

    @AfterEach
    void close() {
        results.close();
    }

    private void awaitFound(ResultLogBackend client, TaskState state) {
        Awaitility.await(state.name())
                .atMost(PATIENCE)
                .until(() -> get(client.find(id)).map(StoredResult::state), found -> found.equals(Optional.of(state)));
    }

    @Test
    void whatHasArrivedIsFoundWithoutListening() {
        ResultLogBackend client = results.rpc();
        ResultLogBackend worker = results.rpc();
        String replyTo = client.replyAddress();
        assertThat(get(client.find(id))).isEmpty();

        store(worker, replyTo, id, new TaskState("PROGRESS"), "half");
        awaitFound(client, new TaskState("PROGRESS"));
        store(worker, replyTo, id, TaskState.SUCCESS, "done");
        awaitFound(client, TaskState.SUCCESS);
        assertThat(worker.size()).as("what the worker keeps").isZero();
    }

    /** What was sent has the old address: nobody read its partition any more, and its replies vanished. */
    @Test
    @DisplayName("R11.1 a topic that somebody makes anew with fewer partitions gets those that clients read")
    void aTopicThatIsMadeAnewWithFewerPartitionsIsWidened() {
        ResultLogBackend worker = results.rpc();
        Map<String, ResultLogBackend> clients = new HashMap<>();
        for (int i = 0; i < 3; i++) {
            ResultLogBackend client = results.rpc();
            clients.put(client.replyAddress(), client);
        }
        TestResults.makeAnew(results.topic("replies"), 1);

        clients.forEach((address, client) -> Awaitility.await("a reply to " + address)
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(BrokerUnavailableException.class)
                .until(
                        () -> {
                            TaskId next = TaskId.random();
                            store(worker, address, next, TaskState.SUCCESS, "x");
                            return get(client.find(next));
                        },
                        Optional::isPresent));
    }

    /** A publisher with a stuck topic took the producer for dead, and closed it under those who stored results. */
    @Test
    @DisplayName("R10.1 a producer that confirms results is not taken for dead")
    void aResultThatIsConfirmedCountsForItsProducer() {
        KafkaBroker broker = results.broker();
        ResultLogBackend worker = results.rpc(broker);
        store(worker, worker.replyAddress(), id, TaskState.SUCCESS, "x");

        Producers producers = broker.results().producers();
        assertThat(producers.current().confirmed().get()).isNotNull();
    }

    @Test
    void aClientHearsItsOwnRepliesAndNoOthers() {
        ResultLogBackend client = results.rpc();
        ResultLogBackend other = results.rpc();
        ResultLogBackend worker = results.rpc();
        String replyTo = client.replyAddress();
        String samePartition =
                "somebody-else." + ReplyAddress.read(replyTo).orElseThrow().partition();
        other.replyAddress();

        store(worker, other.replyAddress(), TaskId.random(), TaskState.SUCCESS, "x");
        store(worker, samePartition, TaskId.random(), TaskState.SUCCESS, "x");
        CompletableFuture<StoredResult> told = waiting(client, id);
        store(worker, replyTo, id, TaskState.SUCCESS, "x");

        assertThat(get(told).state()).isEqualTo(TaskState.SUCCESS);
        assertThat(client.size()).isEqualTo(1);
    }

    @ParameterizedTest
    @DisplayName("R11.7 a reply that nobody can receive counts as stored")
    @ValueSource(strings = {"", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "gone.3", "gone.99999", "../../etc.x"})
    void aReplyThatNobodyCanReceiveCountsAsStored(String replyTo) {
        ResultLogBackend worker = results.rpc();
        assertThat(store(worker, replyTo, id, TaskState.SUCCESS, "x").accepted())
                .as("before there is a topic")
                .isTrue();
        results.rpc().replyAddress();

        assertThat(store(worker, replyTo, id, TaskState.SUCCESS, "x").accepted())
                .as("when there is one")
                .isTrue();
        assertThat(get(worker.transition(
                                TaskRef.of(id),
                                TestResults.result(id, TaskState.SUCCESS, "x"),
                                TestResults.FIRST,
                                PATIENCE))
                        .accepted())
                .isTrue();
    }

    @Test
    @DisplayName("R10.1 a topic that somebody deletes holds up nobody for long, and is made again by whoever reads it")
    void aTopicThatSomebodyDeletesIsMadeAgain() {
        ResultLogBackend client = results.rpc();
        ResultLogBackend worker = results.rpc();
        String replyTo = client.replyAddress();
        store(worker, replyTo, TaskId.random(), TaskState.SUCCESS, "x");

        bare(admin -> admin.deleteTopics(List.of(results.topic("replies"))).all());

        CompletableFuture<StoredResult> told = waiting(client, id);
        Awaitility.await("a result to come again")
                .atMost(PATIENCE.multipliedBy(2))
                .ignoreExceptionsInstanceOf(BrokerUnavailableException.class)
                .until(() -> store(worker, replyTo, id, TaskState.SUCCESS, "x").accepted() && told.isDone());
    }

    @Test
    @DisplayName("R10.1 a reader goes on where it was when its server was killed and comes back")
    void aReaderGoesOnWhereItWas() {
        ResultLogBackend client = results.rpc();
        ResultLogBackend worker = results.rpc();
        String replyTo = client.replyAddress();
        TaskId earlier = TaskId.random();
        CompletableFuture<StoredResult> toldEarlier = waiting(client, earlier);
        store(worker, replyTo, earlier, TaskState.SUCCESS, "x");
        get(toldEarlier);
        CompletableFuture<StoredResult> told = waiting(client, id);

        TestResults.server().kill();
        TestResults.server().restart();
        ResultLogBackend another = results.rpc();
        store(another, replyTo, id, TaskState.SUCCESS, "x");

        assertThat(get(told).state()).isEqualTo(TaskState.SUCCESS);
        assertThat(client.size()).isEqualTo(2);
    }

    @Test
    void clientsLeaveNoTopicBehind() {
        for (int i = 0; i < 20; i++) {
            results.rpc(results.broker()).replyAddress();
        }
        results.close();

        Set<String> topics = bare(admin -> admin.listTopics().names());
        assertThat(topics)
                .filteredOn(topic -> topic.startsWith(results.prefix()))
                .containsExactly(results.topic("replies"));
    }

    @Test
    void garbageInTheTopicDisturbsNobody() throws Exception {
        ResultLogBackend client = results.rpc();
        String replyTo = client.replyAddress();
        int partition = ReplyAddress.read(replyTo).orElseThrow().partition();
        Queue<TaskState> heard = new ConcurrentLinkedQueue<>();
        client.onChange(id, state -> heard.add(state.state()));

        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", TestResults.server().operatorAddress()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (String value : List.of(
                    document(id, TaskState.STARTED, "x"),
                    "",
                    "not JSON",
                    "[]",
                    "{\"status\": 1}",
                    "{\"status\": \"SUCCESS\"}",
                    document(id, TaskState.SUCCESS, "x"))) {
                producer.send(new ProducerRecord<>(
                                results.topic("replies"),
                                partition,
                                replyTo.getBytes(StandardCharsets.UTF_8),
                                value.getBytes(StandardCharsets.UTF_8)))
                        .get();
            }
            producer.send(new ProducerRecord<>(
                            results.topic("replies"), partition, replyTo.getBytes(StandardCharsets.UTF_8), null))
                    .get();
        }

        Awaitility.await("the end").atMost(PATIENCE).until(() -> heard.contains(TaskState.SUCCESS));
        assertThat(heard).containsExactly(TaskState.STARTED, TaskState.SUCCESS);
    }

    @Test
    void tenThousandRepliesComeAndTheWorkerKeepsNothing() {
        ResultLogBackend client = results.rpc();
        ResultLogBackend worker = results.rpc();
        String replyTo = client.replyAddress();
        List<CompletableFuture<StoredResult>> told = new ArrayList<>();
        List<CompletableFuture<?>> sent = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            TaskId each = TaskId.random();
            told.add(waiting(client, each));
            sent.add(sending(worker, replyTo, each, TaskState.SUCCESS, "x").toCompletableFuture());
        }

        sent.forEach(TestResults::get);
        told.forEach(each -> assertThat(get(each).state()).isEqualTo(TaskState.SUCCESS));
        assertThat(client.size()).as("kept for those who ask later").isEqualTo(10_000);
        assertThat(worker.size()).isZero();
    }

    @Test
    @DisplayName("R11.8 a result that is too large is refused for good, so that the worker can say so")
    void aResultThatIsTooLargeIsRefusedForGood() {
        ResultLogBackend client = results.rpc();
        String replyTo = client.replyAddress();

        assertThatThrownBy(() -> store(client, replyTo, id, TaskState.SUCCESS, "x".repeat(8 << 20)))
                .isInstanceOfSatisfying(
                        PublishException.class,
                        refused -> assertThat(refused.retryable()).isFalse())
                .hasMessageContaining("?largest_message=");
        store(client, replyTo, id, TaskState.SUCCESS, "small");
        awaitFound(client, TaskState.SUCCESS);
    }

    @Test
    void nobodyBeginsToWaitAfterTheEnd() {
        ResultLogBackend client = results.rpc();
        client.replyAddress();
        client.close();
        client.close();

        assertThatThrownBy(() -> client.onFinal(id, state -> {})).isInstanceOf(BrokerUnavailableException.class);
        assertThatThrownBy(client::replyAddress).isInstanceOf(BrokerUnavailableException.class);
        assertThat(client.find(id).toCompletableFuture()).isCompletedExceptionally();
        assertThat(client.forget(id).toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    @DisplayName("R10.3 close leaves no thread")
    void closeLeavesNoThread() {
        ResultLogBackend client = results.rpc();
        CompletableFuture<StoredResult> told = waiting(client, id);
        store(client, client.replyAddress(), id, TaskState.SUCCESS, "x");
        get(told);
        results.close();

        Awaitility.await("the threads to end")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .filteredOn(name -> name.contains("kafka-repl") || name.contains("kafka-results"))
                        .isEmpty());
    }

    @Test
    void aHundredThousandHandlesLeakNothing() {
        ResultLogBackend client = results.rpc();
        client.replyAddress();

        for (int i = 0; i < 100_000; i++) {
            client.onFinal(TaskId.random(), state -> {}).close();
        }

        assertThat(client.size()).isZero();
    }

    @Test
    void whoAsksForMoreThanThereIsIsRefused() {
        Broker broker = results.broker();

        assertThatThrownBy(() -> new RpcResultBackendProvider()
                        .connect(results.config("rpc://?keep_megabytes=0&reply_retention=1s&typo=1"), broker))
                .hasMessageContaining("keep_megabytes")
                .hasMessageContaining("reply_retention")
                .hasMessageContaining("typo");
    }
}
