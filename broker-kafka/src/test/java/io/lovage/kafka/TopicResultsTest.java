package io.lovage.kafka;

import static io.lovage.kafka.TestResults.PATIENCE;
import static io.lovage.kafka.TestResults.bare;
import static io.lovage.kafka.TestResults.get;
import static io.lovage.kafka.TestResults.store;
import static io.lovage.kafka.TestResults.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@OnSharedServer
class TopicResultsTest {
    private final TestResults results = new TestResults();
    private final TaskId id = TaskId.random();
    private KafkaBroker broker;

    @BeforeEach
    void connect() {
        broker = results.broker();
    }

    @AfterEach
    void close() {
        results.close();
    }

    @Test
    void everyClientThatWaitsHearsWhoeverHasSentTheTask() {
        ResultLogBackend sender = results.topic(broker, "");
        ResultLogBackend other = results.topic(broker, "");
        ResultLogBackend worker = results.topic(broker, "");
        List<CompletableFuture<StoredResult>> told = List.of(waiting(sender, id), waiting(other, id));

        store(worker, sender.replyAddress(), id, TaskState.SUCCESS, "x");

        told.forEach(each -> assertThat(get(each).state()).isEqualTo(TaskState.SUCCESS));
        assertThat(worker.size()).as("what the worker keeps").isZero();
        assertThat(sender.capabilities().fenced()).isFalse();
        assertThat(sender.capabilities().lookupById()).isFalse();
    }

    @Test
    @DisplayName("R11.1 the first final state by offset wins, for every reader")
    void theFirstFinalStateByOffsetWins() {
        ResultLogBackend worker = results.topic(broker, "");
        store(worker, "", id, TaskState.STARTED, "x");
        store(worker, "", id, TaskState.SUCCESS, "first");
        store(worker, "", id, TaskState.FAILURE, "second");
        store(worker, "", id, TaskState.STARTED, "late");

        ResultLogBackend later = results.topic(broker, "&since=1h");

        assertThat(get(later.find(id)))
                .hasValueSatisfying(
                        found -> assertThat(found.document().toUtf8()).contains("first"));
        assertThat(get(waiting(later, id)).document().toUtf8()).contains("first");
    }

    @Test
    void whoReadsFromItsFirstWaitOnDoesNotSeeWhatWasBefore() {
        ResultLogBackend worker = results.topic(broker, "");
        store(worker, "", id, TaskState.SUCCESS, "before");
        ResultLogBackend later = results.topic(broker, "");

        assertThat(get(later.find(id))).isEmpty();
        TaskId next = TaskId.random();
        CompletableFuture<StoredResult> told = waiting(later, next);
        store(worker, "", next, TaskState.SUCCESS, "after");
        get(told);
        assertThat(get(later.find(id))).isEmpty();
    }

    @Test
    @DisplayName("R9.3 what is forgotten is forgotten by all who read, and the task may end again")
    void whatIsForgottenIsForgottenByAll() {
        ResultLogBackend client = results.topic(broker, "");
        ResultLogBackend operator = results.topic(broker, "");
        get(waitingFor(client, TaskState.FAILURE));

        get(operator.forget(id));

        Awaitility.await("the client to forget").atMost(PATIENCE).until(() -> get(client.find(id)), Optional::isEmpty);
        assertThat(get(waitingFor(client, TaskState.SUCCESS)).state()).isEqualTo(TaskState.SUCCESS);
    }

    private CompletableFuture<StoredResult> waitingFor(ResultLogBackend client, TaskState state) {
        CompletableFuture<StoredResult> told = waiting(client, id);
        store(client, "", id, state, "x");
        return told;
    }

    @Test
    @DisplayName("R11.3 results stay in the topic for as long as the user says")
    void resultsStayForAsLongAsTheUserSays() {
        results.topic(broker, "&result_expires=2h&result_partitions=3");
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, results.topic("results"));

        Map<ConfigResource, Config> settings =
                bare(admin -> admin.describeConfigs(List.of(topic)).all());

        assertThat(settings).hasEntrySatisfying(topic, config -> {
            assertThat(config.get("retention.ms").value()).isEqualTo("7200000");
            assertThat(config.get("cleanup.policy").value()).isEqualTo("delete");
            assertThat(config.get("message.timestamp.type").value()).isEqualTo("LogAppendTime");
        });
        Map<String, TopicDescription> topics = bare(
                admin -> admin.describeTopics(List.of(results.topic("results"))).allTopicNames());
        assertThat(topics)
                .hasEntrySatisfying(
                        results.topic("results"),
                        found -> assertThat(found.partitions()).hasSize(3));
    }

    @Test
    @DisplayName("R11.1 a compacted topic is refused: it would keep the last state, not the first")
    void aCompactedTopicIsRefused() {
        bare(admin -> admin.createTopics(
                        List.of(new NewTopic(results.topic("results"), Optional.of(1), Optional.empty())
                                .configs(Map.of("cleanup.policy", "compact,delete"))))
                .all());

        assertThatThrownBy(() -> results.topic(broker, ""))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("compacted");
    }

    /** Each call that met its time limit threw away what was read and began anew, so that none ever came to the end. */
    @Test
    @DisplayName("R11.2 results from before that take longer to read than a call may wait are read in the end")
    void aBacklogThatTakesLongIsReadInTheEnd() {
        ResultLogBackend worker = results.topic(broker, "");
        store(worker, "", id, TaskState.SUCCESS, "long ago");
        ResultLogBackend impatient = results.impatient(broker, Duration.ofHours(1));

        Awaitility.await("what was before")
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(BrokerUnavailableException.class)
                .until(() -> get(impatient.find(id)), Optional::isPresent);
    }

    @Test
    @DisplayName("R11.1 a topic that somebody makes anew with fewer partitions holds up neither workers nor readers")
    void aTopicThatIsMadeAnewWithFewerPartitions() {
        ResultLogBackend worker = results.topic(broker, "&result_partitions=16");
        ResultLogBackend client = results.topic(broker, "");
        CompletableFuture<StoredResult> unused = waiting(client, TaskId.random());
        TestResults.makeAnew(results.topic("results"), 1);

        Awaitility.await("a result that comes")
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(BrokerUnavailableException.class)
                .until(
                        () -> {
                            TaskId next = TaskId.random();
                            store(worker, "", next, TaskState.SUCCESS, "x");
                            return get(client.find(next));
                        },
                        Optional::isPresent);
    }

    @Test
    void aTopicThatWasDeletedIsMadeAgain() {
        ResultLogBackend worker = results.topic(broker, "");
        bare(admin -> admin.deleteTopics(List.of(results.topic("results"))).all());

        Awaitility.await("the state to be stored")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> store(worker, "", id, TaskState.SUCCESS, "x").accepted());
        ResultLogBackend later = results.topic(broker, "&since=1h");

        assertThat(get(waiting(later, id)).state()).isEqualTo(TaskState.SUCCESS);
    }
}
