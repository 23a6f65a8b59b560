package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lovage.spi.Broker;
import io.lovage.spi.Bytes;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.Destination;
import io.lovage.spi.Message;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueSpec;
import io.lovage.testservers.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
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
