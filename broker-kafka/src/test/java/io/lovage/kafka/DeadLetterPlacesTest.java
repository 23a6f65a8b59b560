package io.lovage.kafka;

import static io.lovage.fixtures.BrokerFixture.message;
import static io.lovage.fixtures.BrokerFixture.one;
import static io.lovage.fixtures.BrokerFixture.publish;
import static io.lovage.fixtures.BrokerFixture.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.fixtures.BrokerFixture;
import io.lovage.spi.Broker;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.QueueSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Dead letters that no worker has written: by the server, and by the one who moves delayed messages. */
@Timeout(240)
class DeadLetterPlacesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final BrokerFixture fixture = new BrokerFixture(new KafkaBrokerProvider());
    private final Map<String, Object> bare =
            Map.of("bootstrap.servers", TestKafka.server().operatorAddress());
    private final String prefix = BrokerFixture.newName() + ".";
    private final Broker broker = fixture.connect(TestKafka.server().url() + "?prefix=" + prefix);

    @AfterEach
    void end() throws Exception {
        fixture.close();
    }

    private List<DeadLetter> letters(QueueSpec queue) {
        return broker.admin().deadLetters(queue, 10);
    }

    private DeadLetter awaitLetter(QueueSpec queue) {
        return Awaitility.await().atMost(PATIENCE).until(() -> letters(queue), all -> !all.isEmpty()).stream()
                .reduce((first, second) -> {
                    throw new AssertionError("more than one: " + first + ", " + second);
                })
                .orElseThrow();
    }

    private static String id(DeadLetter letter) {
        return letter.message().properties().correlationId().orElseThrow();
    }

    /** Takes and gives back, as often as the server lets it. */
    private void releaseUntilGivenUp(QueueSpec queue) {
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        Map<String, Object> taking = Map.of(
                "bootstrap.servers",
                TestKafka.server().operatorAddress(),
                "group.id",
                prefix + queue.name(),
                "share.acknowledgement.mode",
                "explicit");
        try (KafkaShareConsumer<byte[], byte[]> consumer = new KafkaShareConsumer<>(taking, bytes, bytes)) {
            consumer.subscribe(List.of(prefix + queue.name()));
            Awaitility.await().atMost(PATIENCE).until(() -> {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(200));
                records.forEach(record -> consumer.acknowledge(record, AcknowledgeType.RELEASE));
                assertThat(consumer.commitSync().values()).allMatch(Optional::isEmpty);
                return !letters(queue).isEmpty();
            });
        }
    }

    @Test
    @DisplayName(
            "R7.2 R9.3 what the server gives up at its own limit is a dead letter of its queue, and can be sent again")
    void whatTheServerGivesUpIsFound() {
        QueueSpec queue = fixture.declared(broker);
        QueueSpec other = fixture.declared(broker);
        publish(broker, to(queue, "unlucky"));

        releaseUntilGivenUp(queue);

        DeadLetter letter = awaitLetter(queue);
        assertThat(id(letter)).isEqualTo("unlucky");
        assertThat(letter.message().body()).isEqualTo(message("unlucky").body());
        assertThat(letter.reason()).startsWith("given up by the server: ");
        assertThat(letter.deliveryCount()).isGreaterThan(1);
        assertThat(letters(other)).isEmpty();
        assertThat(broker.admin().stats(queue).dead()).hasValue(1);

        assertThat(broker.admin().resend(queue, letter.id())).isTrue();
        assertThat(letters(queue)).isEmpty();
        assertThat(broker.admin().stats(queue).dead()).hasValue(0);
        assertThat(BrokerFixture.id(one(fixture.consumer(broker, queue, 1)))).isEqualTo("unlucky");
    }

    @Test
    @DisplayName("R9.3 what the server gave up can be discarded")
    void whatTheServerGaveUpCanBeDiscarded() {
        QueueSpec queue = fixture.declared(broker);
        publish(broker, to(queue, "unlucky"));
        releaseUntilGivenUp(queue);
        String id = awaitLetter(queue).id();

        assertThat(broker.admin().discard(queue, id)).isTrue();

        assertThat(letters(queue)).isEmpty();
        assertThat(broker.admin().discard(queue, id)).isFalse();
    }

    /** As it lies in a level after half a minute, ten times. */
    private void delayedForTheLastTime(QueueSpec queue, String dead, String id) throws Exception {
        DelayHeaders headers = DelayHeaders.first(prefix + queue.name(), Optional.of(prefix + dead), 1)
                .next(1, Hops.MOST_MISSED);
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(prefix + "lovage.delay.0", Outgoing.envelope(queue.name(), message(id)));
        headers.write().forEach(record.headers()::add);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(bare, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(record).get();
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("R5.3 R3.4 what was delayed for a queue that was deleted is one of its dead letters, with the reason")
    void whatWasDelayedForADeletedQueueIsADeadLetter() throws Exception {
        QueueSpec gone =
                new QueueSpec(BrokerFixture.newName(), Duration.ofSeconds(30), 10, BrokerFixture.newName(), Set.of());
        broker.declare(gone);
        broker.admin().delete(gone);
        delayedForTheLastTime(gone, gone.deadLetterQueue(), "late");

        fixture.consumer(broker, fixture.declared(broker), 1); // who consumes moves

        DeadLetter letter = awaitLetter(gone);
        assertThat(id(letter)).isEqualTo("late");
        assertThat(letter.reason()).contains(gone.name()).contains("deleted");
        broker.declare(gone);
        assertThat(broker.admin().resend(gone, letter.id())).isTrue();
        assertThat(BrokerFixture.id(one(fixture.consumer(broker, gone, 1)))).isEqualTo("late");
        assertThat(letters(gone)).isEmpty();
    }

    @Test
    @DisplayName("R3.4 where the dead letters were deleted with their queue, the common topic has what was delayed")
    void theCommonTopicHasWhatHasNoPlace() throws Exception {
        QueueSpec gone = fixture.declared(broker);
        QueueSpec dead = QueueSpec.of(gone.deadLetterQueue());
        broker.admin().delete(gone);
        broker.admin().delete(dead);
        assertThatThrownBy(() -> letters(gone)).isInstanceOf(QueueNotFoundException.class);
        delayedForTheLastTime(gone, gone.deadLetterQueue(), "late");
        fixture.consumer(broker, fixture.declared(broker), 1);

        DeadLetter letter = Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(QueueNotFoundException.class)
                .until(() -> letters(gone), all -> all.size() == 1)
                .get(0);

        assertThat(id(letter)).isEqualTo("late");
        broker.declare(gone);
        assertThat(broker.admin().discard(gone, letter.id())).isTrue();
        assertThat(letters(gone)).isEmpty();
    }
}
