package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.spi.Broker;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.Message;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueMismatchException;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settlement;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The list of a queue is Celery's: kombu pushes to it and takes from it by the same name. */
class SharedListTest {
    /** As kombu writes it, with a delivery tag that is a number, which it also takes. */
    private static final String KOMBU =
            "{\"body\": \"W1sxLCAyXSwge30sIHsiY2FsbGJhY2tzIjogbnVsbH1d\", \"content-encoding\":"
                    + " \"utf-8\", \"content-type\": \"application/json\", \"headers\": {\"lang\": \"py\", \"task\": \"wire.add\","
                    + " \"id\": \"abc\", \"big\": 12345678901234567890, \"timelimit\": [null, null]}, \"properties\":"
                    + " {\"correlation_id\": \"abc\", \"reply_to\": \"r\", \"delivery_mode\": 2, \"delivery_info\":"
                    + " {\"exchange\": \"\", \"routing_key\": \"q\"}, \"priority\": 0, \"body_encoding\": \"base64\","
                    + " \"delivery_tag\": 7}}";

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    private static List<String> elements(String list) {
        return TestRedis.bare(redis -> redis.lrange(list, 0, -1));
    }

    private static long length(String list) {
        return TestRedis.bare(redis -> redis.llen(list));
    }

    @Test
    void whatKombuPushedIsTakenAndUnderstood() {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        TestRedis.bare(redis -> redis.lpush(queue.name(), KOMBU));

        Delivery delivery = Fixture.one(fixture.consumer(broker, queue, 1));

        Message message = delivery.message().message();
        assertThat(delivery.message().defect()).isEmpty();
        assertThat(message.body().toUtf8()).isEqualTo("[[1, 2], {}, {\"callbacks\": null}]");
        assertThat(message.header("task")).isEqualTo("wire.add");
        assertThat(message.properties().replyTo()).contains("r");
        Fixture.settle(delivery, Settlement.ack());
    }

    @Test
    void whatWasThereBeforeTheQueueWasDeclaredIsAdopted() {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.queue(broker, Fixture.newName());
        TestRedis.bare(redis -> redis.lpush(queue.name(), KOMBU));

        broker.declare(queue);

        assertThat(broker.admin().stats(queue).ready()).hasValue(1);
    }

    @Test
    void whatWasReleasedLiesInTheListUnchangedForPython() {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        TestRedis.bare(redis -> redis.lpush(queue.name(), KOMBU));
        Broker.Consumer consumer = fixture.consumer(broker, queue, 1);
        Delivery delivery = Fixture.one(consumer);
        consumer.pause();

        Fixture.settle(delivery, Settlement.release(Duration.ZERO));

        List<String> waiting = elements(queue.name());
        assertThat(waiting).containsExactly(KOMBU);
        consumer.resume();
        assertThat(Fixture.one(consumer).deliveryCount()).isEqualTo(2);
    }

    @Test
    void whatIsPublishedHasKombusFormAndPlace() {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);

        Fixture.publish(broker, Fixture.to(queue, "first"), Fixture.to(queue, "second"));

        List<String> waiting = elements(queue.name());
        assertThat(waiting).hasSize(2);
        assertThat(waiting.get(1))
                .as("the head of the queue is the right end")
                .contains(
                        "\"delivery_info\":{\"exchange\":\"\",\"routing_key\":\"" + queue.name() + "\"}",
                        "\"correlation_id\":\"first\"",
                        "\"body_encoding\":\"base64\"",
                        "\"delivery_mode\":2",
                        "\"priority\":0",
                        "\"content-type\":\"application/json\"",
                        "\"delivery_tag\":\"");
    }

    @Test
    void countsOfMessagesThatSomebodyElseTookAreForgotten() {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        Fixture.publish(broker, Fixture.to(queue, "m"));
        Broker.Consumer consumer = fixture.consumer(broker, queue, 1);
        Delivery delivery = Fixture.one(consumer);
        consumer.pause();
        Fixture.settle(delivery, Settlement.release(Duration.ZERO));

        TestRedis.bare(redis -> redis.rpop(queue.name()));

        Awaitility.await()
                .atMost(Fixture.PATIENCE)
                .until(() -> TestRedis.bare(redis -> redis.exists("lovage:{" + queue.name() + "}:counts")) == 0);
    }

    @Test
    void withCelerysPrioritiesTheFourListsAreSharedAndHigherIsFirst() {
        Broker broker = fixture.broker("priority=celery");
        QueueSpec queue = fixture.declared(broker);
        List<OutboundMessage> messages = List.of(
                Fixture.to(queue, "none"),
                Fixture.to(queue, "middle").withPriority(5),
                Fixture.to(queue, "urgent").withPriority(9));

        Fixture.get(broker.publish(messages));

        assertThat(elements(queue.name())).singleElement().asString().contains("\"urgent\"", "\"priority\":0");
        assertThat(length(queue.name() + "\u0006\u00163")).isEqualTo(1);
        assertThat(length(queue.name() + "\u0006\u00169")).isEqualTo(1);
        Broker.Consumer consumer = fixture.consumer(broker, queue, 1);
        for (String expected : List.of("urgent", "middle", "none")) {
            Delivery delivery = Fixture.one(consumer);
            assertThat(Fixture.id(delivery)).isEqualTo(expected);
            Fixture.settle(delivery, Settlement.ack());
        }
        TestRedis.bare(redis -> redis.lpush(queue.name() + "\u0006\u00166", KOMBU));
        assertThat(Fixture.one(consumer).message().message().header("id")).isEqualTo("abc");
    }

    @Test
    void aKeyThatIsNoListIsRefusedAndStaysAsItWas() {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.queue(broker, Fixture.newName());
        TestRedis.bare(redis -> redis.set(queue.name(), "somebody else's"));

        assertThatThrownBy(() -> broker.declare(queue))
                .isInstanceOf(QueueMismatchException.class)
                .hasMessageContaining(queue.name())
                .hasMessageContaining("string");

        String kept = TestRedis.bare(redis -> redis.get(queue.name()));
        assertThat(kept).isEqualTo("somebody else's");
        TestRedis.bare(redis -> redis.del(queue.name()));
    }

    @Test
    void aKeyThatBecomesSomethingElseEndsTheConsumerWithTheReason() {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        Broker.Consumer consumer = broker.consume(ConsumeSpec.of(queue, 1));
        fixture.ends(consumer);
        TestRedis.bare(redis -> redis.set(queue.name(), "somebody else's"));

        assertThatThrownBy(() -> Fixture.one(consumer)).isInstanceOf(QueueMismatchException.class);
        TestRedis.bare(redis -> redis.del(queue.name()));
    }

    @Test
    void aPrefixStandsBeforeEveryKey() {
        Broker broker = fixture.broker("key_prefix=pfx:");
        QueueSpec queue = fixture.declared(broker);

        Fixture.publish(broker, Fixture.to(queue, "m"));

        assertThat(length("pfx:" + queue.name())).isEqualTo(1);
        List<String> keys = TestRedis.bare(redis -> redis.keys("*" + queue.name() + "*"));
        assertThat(keys).allMatch(key -> key.startsWith("pfx:"));
    }
}
