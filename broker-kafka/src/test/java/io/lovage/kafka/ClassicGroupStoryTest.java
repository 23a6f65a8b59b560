package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.examples.pitfall.Timeline;
import io.lovage.fixtures.BrokerFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.ClassicGroupState;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * The consumer groups that Kafka always had give a partition to a consumer, and take it away from one that does not
 * poll for {@code max.poll.interval.ms}: that is, from one whose task takes longer.
 */
class ClassicGroupStoryTest {
    private static final Duration LONGEST_BETWEEN_POLLS = Duration.ofSeconds(3);

    private final String topic = BrokerFixture.newName();
    private final Timeline timeline = new Timeline(System::nanoTime, System.out::println);
    private final List<String> executions = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private final CountDownLatch twice = new CountDownLatch(2);

    @Test
    void aTaskThatRunsForLongerThanTheLongestTimeBetweenPollsRunsTwice() throws Exception {
        timeline.title("a task that outlasts max.poll.interval.ms, 3 s (a classic group)");
        TestKafka.bare(admin -> admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1)))
                .all()
                .toCompletionStage()
                .toCompletableFuture()
                .join());
        List<CompletableFuture<Void>> workers = new ArrayList<>();
        for (String name : List.of("worker-1", "worker-2")) {
            workers.add(CompletableFuture.runAsync(() -> work(name), task -> new Thread(task, name).start()));
        }
        awaitBothInTheGroup();
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", TestKafka.server().operatorAddress()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, "flights.csv")).get();
            timeline.event("sent", "one task");
        }

        workers.forEach(CompletableFuture::join);

        assertThat(executions).containsExactlyInAnyOrder("worker-1", "worker-2");
        assertThat(refused).containsExactly(executions.get(0));
        TestKafka.bare(admin -> admin.deleteTopics(List.of(topic))
                .all()
                .toCompletionStage()
                .toCompletableFuture()
                .join());
    }

    private void awaitBothInTheGroup() {
        Awaitility.await("both workers in the group")
                .atMost(BrokerFixture.PATIENCE)
                .ignoreExceptions()
                .until(() -> TestKafka.bare(admin -> admin
                        .describeClassicGroups(List.of(topic))
                        .all()
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join()
                        .values()
                        .stream()
                        .anyMatch(group -> group.members().size() == 2 && group.state() == ClassicGroupState.STABLE)));
    }

    private void work(String name) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                TestKafka.server().operatorAddress(),
                "group.protocol",
                "classic",
                "group.id",
                topic,
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                false,
                "session.timeout.ms",
                6_000,
                "heartbeat.interval.ms",
                500,
                "max.poll.interval.ms",
                Math.toIntExact(LONGEST_BETWEEN_POLLS.toMillis()));
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            boolean ran = false;
            while (!ran && timeline.elapsed().compareTo(BrokerFixture.PATIENCE) < 0) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                    run(name, record);
                    settle(name, consumer);
                    ran = true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** It takes until somebody else has begun, too. */
    private void run(String worker, ConsumerRecord<String, String> record) throws InterruptedException {
        executions.add(worker);
        timeline.event(executions.size() > 1 ? "redelivered" : "taken", worker + " runs offset " + record.offset());
        twice.countDown();
        assertThat(twice.await(BrokerFixture.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("a second execution")
                .isTrue();
        timeline.event("finished", worker);
    }

    private void settle(String worker, KafkaConsumer<String, String> consumer) {
        try {
            consumer.commitSync();
            timeline.event("settled", worker + ": committed");
        } catch (CommitFailedException e) {
            refused.add(worker);
            timeline.event("settled", worker + ": refused, it is no longer in the group");
        }
    }
}
