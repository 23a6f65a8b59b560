package io.lovage.kafka;

import static io.lovage.fixtures.BrokerFixture.get;
import static io.lovage.fixtures.BrokerFixture.publish;
import static io.lovage.fixtures.BrokerFixture.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.fixtures.BrokerFixture;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.ServiceUrl;
import io.lovage.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The threads of Kafka's clients end for good when an OutOfMemoryError meets them, and tell nobody. */
class UsedUpMemoryTest {
    @Test
    @DisplayName("R10.1 a producer whose thread has died is replaced: one publish fails, the next is confirmed")
    void aProducerWhoseThreadHasDiedIsReplaced() throws Exception {
        BrokerFixture fixture = new BrokerFixture(new KafkaBrokerProvider());
        try {
            KafkaBroker broker =
                    (KafkaBroker) fixture.connect(TestKafka.server().url(), Duration.ofSeconds(3));
            QueueSpec queue = fixture.declared(broker);
            publish(broker, to(queue, "before"));
            killProducer(broker, queue);

            assertThatThrownBy(() -> get(broker.publish(List.of(to(queue, "into the void")))))
                    .isInstanceOf(PublishException.class)
                    .satisfies(
                            e -> assertThat(((PublishException) e).retryable()).isTrue());

            publish(broker, to(queue, "after"));
        } finally {
            fixture.close();
        }
    }

    /** A callback of Kafka's own that throws an error ends the producer's thread. */
    private static void killProducer(KafkaBroker broker, QueueSpec queue) throws InterruptedException {
        CountDownLatch dead = new CountDownLatch(1);
        Future<?> unused = broker.results()
                .producers()
                .current()
                .producer()
                .send(new ProducerRecord<>(queue.name(), new byte[0]), (metadata, failure) -> {
                    dead.countDown();
                    throw new OutOfMemoryError("as a callback may have met it");
                });
        dead.await();
    }

    /** A worker waited for ever for a result to be stored, and kept the task. */
    @Test
    @Timeout(120)
    @DisplayName("R10.1 a result handed to a producer whose thread has died fails in time, and the next one is stored")
    void aResultHandedToAProducerWhoseThreadHasDiedFails() throws Exception {
        BrokerFixture fixture = new BrokerFixture(new KafkaBrokerProvider());
        try {
            KafkaBroker broker =
                    (KafkaBroker) fixture.connect(TestKafka.server().url(), Duration.ofSeconds(3));
            QueueSpec queue = fixture.declared(broker);
            ResultWriter writer = new ResultWriter(broker.results());
            ProducerRecord<byte[], byte[]> result = new ProducerRecord<>(queue.name(), 0, null, new byte[1]);
            get(writer.write("before", result));
            killProducer(broker, queue);

            assertThatThrownBy(() -> get(writer.write("into the void", result)))
                    .isInstanceOf(BrokerUnavailableException.class);

            get(writer.write("after", result));
        } finally {
            fixture.close();
        }
    }

    @Test
    @Timeout(60)
    @DisplayName("R10.1 a client for questions whose thread has died is replaced, once for all questions that it had")
    void anAdminClientWhoseThreadHasDiedIsReplacedOnce() {
        KafkaOptions options = KafkaOptions.of(ServiceUrl.parse("kafka://127.0.0.1:1"));
        try (Cluster cluster = Cluster.of(options.client(), "test", Duration.ofMinutes(5), Duration.ofMinutes(5))) {
            Admin first = cluster.admin();
            Set<Admin> seen = ConcurrentHashMap.newKeySet();
            seen.add(first);
            List<CompletableFuture<Set<String>>> had = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                CompletionStage<Set<String>> told = first.listTopics()
                        .names()
                        .toCompletionStage()
                        .whenComplete((names, failure) -> {
                            cluster.noteFailure(failure);
                            seen.add(cluster.admin());
                        });
                had.add(told.toCompletableFuture());
            }

            first.close(Duration.ZERO); // ends as one that has died: it is told nowhere

            assertThat(had).allSatisfy(each -> assertThat(each).isCompletedExceptionally());
            failWith(cluster, died());
            seen.add(cluster.admin());
            assertThat(seen).hasSize(2);
            Future<Set<String>> innocent = cluster.admin().listTopics().names();
            failWith(cluster, died());
            assertThat(cluster.admin()).isIn(seen);
            assertThat(innocent.isDone()).as("a question to the new client").isFalse();
        }
    }

    @Test
    @DisplayName("a client that lives is not replaced, whatever is told of one before it")
    void anAdminClientThatLivesIsNotReplaced() {
        KafkaOptions options = KafkaOptions.of(ServiceUrl.parse("kafka://127.0.0.1:1"));
        try (Cluster cluster = Cluster.of(options.client(), "test", Duration.ofSeconds(1), Duration.ofSeconds(1))) {
            Admin first = cluster.admin();

            failWith(cluster, new TimeoutException("Call(...) timed out"));
            failWith(cluster, died());

            assertThat(cluster.admin()).isSameAs(first);
        }
    }

    private static TimeoutException died() {
        return new TimeoutException("Call(...) timed out", new TimeoutException("The AdminClient thread has exited."));
    }

    /** The client's thread says of itself that it has exited also while it is closed, and who closes waits for it. */
    @Test
    @Timeout(60)
    void closingWithAQuestionThatIsNotAnsweredEnds() {
        KafkaOptions options = KafkaOptions.of(ServiceUrl.parse("kafka://127.0.0.1:1"));
        Cluster cluster = Cluster.of(options.client(), "test", Duration.ofMinutes(5), Duration.ofMinutes(5));
        CompletionStage<?> told = cluster.admin()
                .listTopics()
                .names()
                .toCompletionStage()
                .whenComplete((names, failure) -> cluster.noteFailure(failure));

        cluster.close();

        assertThat(told.toCompletableFuture()).isCompletedExceptionally();
    }

    private static void failWith(Cluster cluster, TimeoutException failure) {
        assertThatThrownBy(() -> cluster.get("ask", CompletableFuture.failedFuture(failure)))
                .isInstanceOf(BrokerUnavailableException.class);
    }

    @Test
    @DisplayName("where no thread can be had a callback waits, and does not kill the client's thread that brings it")
    void aCallbackWithoutAThreadWaits() throws InterruptedException {
        ManualClock clock = new ManualClock();
        AtomicBoolean usedUp = new AtomicBoolean(true);
        CallbackPool pool = new CallbackPool(
                task -> {
                    if (usedUp.get()) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    return new Thread(task);
                },
                clock);
        CountDownLatch ran = new CountDownLatch(1);

        pool.execute(ran::countDown);
        assertThat(ran.getCount()).isOne();
        usedUp.set(false);
        clock.advance(Duration.ofSeconds(1));

        ran.await();
        pool.shutdown();
    }
}
