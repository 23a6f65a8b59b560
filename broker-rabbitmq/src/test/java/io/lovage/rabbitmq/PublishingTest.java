package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lovage.spi.Broker;
import io.lovage.spi.Bytes;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.Destination;
import io.lovage.spi.Message;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueSpec;
import io.lovage.testservers.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Publishing to the real server: what the kit cannot see. */
class PublishingTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final Fixture fixture = new Fixture();

    @AfterEach
    void end() throws Exception {
        fixture.close();
    }

    /** Once the socket's buffers are full, the write itself never returns; only closing the socket ends it. */
    @Test
    @DisplayName("R1.3: a writer that hangs in a black hole is broken out at the timeout")
    void aWriterThatHangsInABlackHoleIsBrokenOut() {
        FaultProxy proxy = fixture.ends(FaultProxy.to(TestRabbit.server().port()));
        Broker broker = fixture.connect(proxy.url(TestRabbit.url("heartbeat=5m")), TIMEOUT);
        QueueSpec queue = fixture.declared(fixture.broker(""));
        Fixture.publish(broker, Fixture.to(queue, "before"));
        proxy.blackHole(FaultProxy.Direction.TO_SERVER);
        Message large = new Message(
                Fixture.message("large").headers(),
                Fixture.message("large").properties(),
                Bytes.wrap(new byte[64 << 20]));

        PublishException failure = catchThrowableOfType(
                PublishException.class, () -> Fixture.publish(broker, OutboundMessage.to(queue.name(), large)));

        assertThat(failure).isNotNull();
        assertThat(failure.unconfirmed()).containsExactly("large");
        proxy.pass();
        publishWhenHealed(broker, Fixture.to(queue, "after"));
    }

    /*
     * The story: memory ran low, and the server read no more. The first messages of a batch still found room in the
     * socket's buffers, so the write that hung had begun after the batch. At the batch's timeout all of it was failed;
     * then nothing was left to be watched, and the hanging writer hung for ever, with the lock of all the others.
     */
    @Test
    @DisplayName("R1.3: a writer that hangs in the midst of a batch is broken out, too")
    void aWriterThatHangsInTheMidstOfABatchIsBrokenOut() {
        FaultProxy proxy = fixture.ends(FaultProxy.to(TestRabbit.server().port()));
        Broker broker = fixture.connect(proxy.url(TestRabbit.url("heartbeat=5m")), TIMEOUT);
        QueueSpec queue = fixture.declared(fixture.broker(""));
        Fixture.publish(broker, Fixture.to(queue, "before"));
        proxy.blackHole(FaultProxy.Direction.TO_SERVER);
        Message part = new Message(
                Fixture.message("part").headers(),
                Fixture.message("part").properties(),
                Bytes.wrap(new byte[256 << 10]));

        PublishException failure = catchThrowableOfType(
                PublishException.class,
                () -> Fixture.publish(
                        broker,
                        Collections.nCopies(256, OutboundMessage.to(queue.name(), part))
                                .toArray(new OutboundMessage[0])));

        assertThat(failure).isNotNull();
        assertThat(failure.unconfirmed()).hasSize(256);
        proxy.pass();
        publishWhenHealed(broker, Fixture.to(queue, "after"));
    }

    /*
     * The story: memory ran low, and the server read no more. Each delayed message asks something before it is
     * published, one after the other; each waited out the time for connecting, whatever its own time was.
     */
    @Test
    @DisplayName("R1.3: delayed messages fail within the timeout, however many wait for the same answer")
    void delayedMessagesFailWithinTheTimeout() {
        FaultProxy proxy = fixture.ends(FaultProxy.to(TestRabbit.server().port()));
        Broker broker = fixture.connect(proxy.url(TestRabbit.url("heartbeat=5m")), TIMEOUT);
        QueueSpec queue = fixture.declared(fixture.broker(""));
        Fixture.publish(broker, Fixture.to(queue, "before").delayedBy(Duration.ofSeconds(1)));
        proxy.blackHole(FaultProxy.Direction.TO_CLIENT);

        List<CompletableFuture<Void>> sent = Stream.of("a", "b", "c")
                .map(id -> CompletableFuture.runAsync(
                        () -> Fixture.publish(broker, Fixture.to(queue, id).delayedBy(Duration.ofSeconds(1))),
                        task -> fixture.threads()
                                .named("sender")
                                .newThread(task)
                                .start()))
                .toList();

        assertThat(sent)
                .allSatisfy(one -> assertThatThrownBy(() -> one.get(TIMEOUT.toSeconds() * 3, TimeUnit.SECONDS))
                        .hasCauseInstanceOf(PublishException.class)
                        .hasMessageContaining("did not confirm within"));
        proxy.pass();
        Fixture.publish(broker, Fixture.to(queue, "after").delayedBy(Duration.ofSeconds(1)));
    }

    /*
     * The story: the server takes any depth, the client library 32 levels. A message with more was confirmed, and cut
     * the connection of whoever received it, again and again.
     */
    @Test
    @DisplayName("R1.5: headers that nobody could receive are refused, the deepest that can be arrive")
    void headersThatNobodyCouldReceiveAreRefused() throws Exception {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);

        assertThatThrownBy(() -> Fixture.publish(broker, withHeader(queue, nested(33))))
                .isInstanceOf(PublishException.class)
                .hasMessageContaining("header deep has more than 32 levels");

        Fixture.publish(broker, withHeader(queue, nested(32)));
        Broker.Consumer consumer = fixture.ends(broker.consume(ConsumeSpec.of(queue, 1)));
        List<Delivery> taken = consumer.poll(1, Fixture.PATIENCE);
        assertThat(taken).hasSize(1);
        assertThat(taken.get(0).message().message().header("deep")).isEqualTo(nested(32));
    }

    private static Object nested(int levels) {
        Object value = "x";
        for (int i = 0; i < levels; i++) {
            value = i % 2 == 0 ? List.of(value) : Map.of("k", value);
        }
        return value;
    }

    private static OutboundMessage withHeader(QueueSpec queue, Object value) {
        return OutboundMessage.to(queue.name(), Fixture.message("deep").withHeader("deep", value));
    }

    @Test
    void aWindowOfOneTakesAsManyMessagesAsAnyOther() {
        Broker broker = fixture.broker("publish_window=1");
        QueueSpec queue = fixture.declared(broker);
        List<CompletionStage<Void>> published = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            published.add(broker.publish(List.of(Fixture.to(queue, "m" + i), Fixture.to(queue, "n" + i))));
        }
        published.forEach(Fixture::get);
        assertThat(broker.admin().purge(queue)).isEqualTo(400);
    }

    @Test
    void headersThatDoNotFitIntoAFrameAreAClearErrorAndHarmNothing() {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        Message wide = Fixture.message("wide").withHeader("text", "x".repeat(200_000));

        PublishException failure = catchThrowableOfType(
                PublishException.class,
                () -> Fixture.publish(broker, Fixture.to(queue, "a"), OutboundMessage.to(queue.name(), wide)));

        assertThat(failure.unconfirmed()).containsExactly("wide");
        assertThat(failure.retryable()).isFalse();
        for (int i = 0; i < 50; i++) {
            Fixture.publish(broker, Fixture.to(queue, "b" + i));
        }
        assertThat(broker.admin().purge(queue)).isEqualTo(51);
    }

    @Test
    void aHeaderThatAmqpCannotCarryIsAClearError() {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        Message odd = Fixture.message("odd").withHeader("thread", Thread.currentThread());

        assertThatThrownBy(() -> Fixture.publish(broker, OutboundMessage.to(queue.name(), odd)))
                .isInstanceOfSatisfying(
                        PublishException.class,
                        failure -> assertThat(failure.retryable()).isFalse());
        Fixture.publish(broker, Fixture.to(queue, "after"));
    }

    @Test
    @DisplayName("R11.7: a reply that nobody receives any more counts as delivered")
    void aReplyThatNobodyReceivesCountsAsDelivered() {
        Broker broker = fixture.broker("");
        OutboundMessage reply =
                new OutboundMessage(Destination.reply(Fixture.newName()), Fixture.message("r"), Duration.ZERO, 0);

        Fixture.publish(broker, reply);
    }

    @Test
    void aConnectionThatIsCutInTheMidstFailsWhatIsOutstandingAndHeals() {
        FaultProxy proxy = fixture.ends(FaultProxy.to(TestRabbit.server().port()));
        Broker broker = fixture.connect(proxy.url(TestRabbit.url("")), Duration.ofSeconds(20));
        QueueSpec queue = fixture.declared(fixture.broker(""));
        Fixture.publish(broker, Fixture.to(queue, "before"));
        proxy.blackHole(FaultProxy.Direction.TO_CLIENT);
        CompletionStage<Void> outstanding = broker.publish(List.of(Fixture.to(queue, "a"), Fixture.to(queue, "b")));

        proxy.pass();
        proxy.cut();
        PublishException failure = catchThrowableOfType(PublishException.class, () -> Fixture.get(outstanding));

        if (failure != null) {
            assertThat(failure.retryable()).isTrue();
            assertThat(List.of("a", "b")).containsAll(failure.unconfirmed());
        }
        publishWhenHealed(broker, Fixture.to(queue, "after"));
    }

    /** The next publish may still meet the connection that is just being found dead; it then fails and says: retry. */
    private static void publishWhenHealed(Broker broker, OutboundMessage message) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            PublishException failure =
                    catchThrowableOfType(PublishException.class, () -> Fixture.publish(broker, message));
            assertThat(failure == null || failure.retryable()).isTrue();
            return failure == null;
        });
    }

    @Test
    void everythingThatIsWrongWithTheOptionsIsToldAtOnce() {
        assertThatThrownBy(() -> fixture.connect("amqp://h/?queue_type=fast&heartbeat=0s&colour=red", TIMEOUT))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("queue_type=fast")
                .hasMessageContaining("heartbeat=0s")
                .hasMessageContaining("colour");
    }
}
