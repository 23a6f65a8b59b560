package io.lovage.kafka;

import static io.lovage.kafka.TestResults.PATIENCE;
import static io.lovage.kafka.TestResults.bare;
import static io.lovage.kafka.TestResults.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.QueueNotFoundException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@OnSharedServer
class ResultReaderTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final TestResults results = new TestResults();
    private final String name = results.topic("results");
    private ResultSurroundings around;
    private ResultTopic topic;

    @BeforeEach
    void connect() {
        around = results.broker().results();
        topic = new ResultTopic(new ResultTopic.Spec(name, 1, LONG), around);
        topic.prepare();
    }

    @AfterEach
    void close() {
        results.close();
    }

    private ResultReader reader(Duration since, Consumer<ConsumerRecord<byte[], byte[]>> arrived) {
        ResultReader reader = new ResultReader(
                () -> new ResultReader.Spec(
                        name, IntStream.range(0, topic.prepareToRead()).boxed().toList(), since, true),
                new ResultReader.Surroundings(around, results.config("kafka://")),
                arrived);
        reader.start();
        return reader;
    }

    private CompletionStage<Void> write(int partition, String key, int bytes) {
        return new ResultWriter(around)
                .write(
                        "task",
                        new ProducerRecord<>(name, partition, key.getBytes(StandardCharsets.UTF_8), new byte[bytes]));
    }

    /** The ends of the topic that was deleted were waited for, and every call that needs results failed for ever. */
    @Test
    @DisplayName("R11.2 a topic that is made anew while results from before are read is read nevertheless")
    void aTopicThatIsMadeAnewWhileResultsFromBeforeAreRead() throws InterruptedException {
        List<CompletionStage<Void>> backlog = IntStream.range(0, 400) // more than one fetch brings
                .mapToObj(i -> write(0, "before", 10_000))
                .toList();
        backlog.forEach(TestResults::get);
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch madeAnew = new CountDownLatch(1);
        ResultReader reader = reader(Duration.ofHours(1), record -> {
            reading.countDown();
            await(madeAnew);
        });
        reading.await();

        TestResults.makeAnew(name, 1);
        madeAnew.countDown();

        Awaitility.await("the reader to be open").atMost(PATIENCE).until(reader::isOpen);
        reader.close();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("R11.1 partitions that an operator adds are read, and nothing that was read is told again")
    void partitionsThatAreAddedAreRead() {
        Queue<Integer> partitions = new ConcurrentLinkedQueue<>();
        ResultReader reader = reader(Duration.ZERO, record -> partitions.add(record.partition()));
        reader.awaitOpened();
        get(write(0, "old", 1));
        Awaitility.await("the first").atMost(PATIENCE).until(() -> partitions.contains(0));

        bare(admin -> admin.createPartitions(Map.of(name, NewPartitions.increaseTo(3)))
                .all());
        Awaitility.await("a write to the last")
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(QueueNotFoundException.class)
                .untilAsserted(() -> get(write(2, "new", 1)));

        Awaitility.await("the last").atMost(PATIENCE).until(() -> partitions.contains(2));
        assertThat(partitions).containsExactly(0, 2);
        reader.close();
    }

    @Test
    void whoWidensATopicThatAnotherHasWidenedMeanwhileGoesOn() {
        topic.widen(3);

        topic.widen(3);
        topic.widen(2);

        assertThat(topic.prepare()).isEqualTo(3);
    }
}
