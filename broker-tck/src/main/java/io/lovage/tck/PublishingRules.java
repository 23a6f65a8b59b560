package io.lovage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lovage.Arguments;
import io.lovage.Lovage;
import io.lovage.spi.Broker;
import io.lovage.spi.Bytes;
import io.lovage.spi.Delivery;
import io.lovage.spi.Message;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.QueueFeature;
import io.lovage.spi.QueueMismatchException;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.QueueSpec;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Chapter R1. */
abstract class PublishingRules extends Chapter {
    private static final int BATCH = 100;
    private static final Duration PUBLISH_TIMEOUT = Duration.ofSeconds(2);

    @Test
    @DisplayName("R1.1 a completed publish is held although the producer is gone")
    void aCompletedPublishIsHeldAlthoughTheProducerIsGone(Trial trial) {
        QueueSpec queue = trial.queue();
        List<String> ids = Messages.ids("m", BATCH);
        Broker producer = trial.connect();

        Stages.get(producer.publish(Messages.to(queue, ids)), trial.patience());
        producer.close();

        assertThat(trial.taker(queue, BATCH).finish(BATCH)).containsExactlyInAnyOrderElementsOf(ids);
    }

    @Alone
    @Test
    @DisplayName("R1.1 a completed publish is held although the broker is killed")
    void aCompletedPublishIsHeldAlthoughTheBrokerIsKilled(Trial trial) {
        ServerFaults server = trial.needs(trial.harness().server(), "faults of the server");
        QueueSpec queue = trial.queue();
        List<String> ids = Messages.ids("m", BATCH);

        trial.publish(queue, ids);
        server.killAndStart();

        assertThat(trial.taker(queue, BATCH).finish(BATCH)).containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    @DisplayName("R1.2 a queue keeps what was sent before any worker started, longer than any lease")
    void keepsWhatWasSentBeforeAnyWorkerStarted(Trial trial) {
        QueueSpec queue = trial.queue(spec -> spec.withLease(Duration.ofMillis(500)));
        trial.publish(queue, "early");

        trial.letPass(Duration.ofMillis(1500));

        assertThat(trial.taker(queue, 1).finish(1)).containsExactly("early");
    }

    @Test
    @DisplayName("R1.3 a publish whose confirm is lost fails within the timeout and names the ids")
    void failsWithinTheTimeoutWhenTheConfirmIsLost(Trial trial) {
        failsWithinTheTimeout(trial, link -> link.blackhole(NetworkFaults.Direction.TO_CLIENT));
    }

    @Test
    @DisplayName("R1.3 a publish that does not arrive fails within the timeout and names the ids")
    void failsWithinTheTimeoutWhenNothingArrives(Trial trial) {
        failsWithinTheTimeout(trial, link -> link.blackhole(NetworkFaults.Direction.TO_BROKER));
    }

    @Test
    @DisplayName("R1.3 a publish to a broker that is gone fails within the timeout and names the ids")
    void failsWithinTheTimeoutWhenTheBrokerIsGone(Trial trial) {
        failsWithinTheTimeout(trial, NetworkFaults.Link::refuse);
    }

    private static void failsWithinTheTimeout(Trial trial, Consumer<NetworkFaults.Link> fault) {
        NetworkFaults.Link link = trial.ends(
                trial.needs(trial.harness().network(), "faults of the network").open());
        QueueSpec queue = trial.queue();
        Broker producer = trial.connect(Dial.to(link.url()).publishTimeout(PUBLISH_TIMEOUT));
        Stages.get(producer.publish(Messages.to(queue, List.of("before"))), trial.patience());

        fault.accept(link);
        Stopwatch watch = Stopwatch.start(trial.time());
        PublishException failure = catchThrowableOfType(
                PublishException.class,
                () -> Stages.get(producer.publish(Messages.to(queue, List.of("a", "b"))), trial.patience()));

        assertThat(watch.elapsed()).isLessThan(PUBLISH_TIMEOUT.plus(Trial.SLACK));
        assertThat(failure).isNotNull();
        assertThat(failure.unconfirmed()).containsExactly("a", "b");
        assertThat(failure.retryable()).isTrue();
        link.restore();
    }

    @Test
    @DisplayName("R1.4 messages of one call arrive in order at a single consumer")
    void messagesOfOneCallArriveInOrder(Trial trial) {
        QueueSpec queue = trial.queue();
        List<String> ids = Messages.ids("m", BATCH * 3);

        trial.publish(queue, ids);

        assertThat(trial.taker(queue, 10).finish(ids.size())).containsExactlyElementsOf(ids);
    }

    @Test
    @DisplayName("R1.5 headers, properties and bodies arrive unchanged")
    void arrivesUnchanged(Trial trial) {
        QueueSpec queue = trial.queue();
        Taker taker = trial.taker(queue, 1);
        for (Message sent : OddMessages.all()) {
            Stages.get(trial.broker().publish(List.of(OutboundMessage.to(queue.name(), sent))), trial.patience());

            Delivery delivery = taker.one();

            Message received = delivery.message().message();
            assertThat(OddMessages.wide(received.headers())).isEqualTo(OddMessages.wide(sent.headers()));
            assertThat(received.properties()).isEqualTo(sent.properties());
            assertThat(received.body()).as("the body of %s", Messages.id(sent)).isEqualTo(sent.body());
            assertThat(delivery.message().queue()).isEqualTo(queue.name());
            taker.ack(delivery);
        }
    }

    @Test
    @DisplayName("R1.6 a message over the broker's limit fails clearly and leaves the connection usable")
    void aMessageOverTheLimitFailsClearly(Trial trial) {
        QueueSpec queue = trial.queue();
        long limit = trial.broker()
                .capabilities()
                .largestMessageBytes()
                .orElseThrow(() -> new AssertionError("the broker declares no largest message"));
        Message large = Messages.named("large", Bytes.wrap(new byte[Math.toIntExact(limit + 1)]));

        PublishException failure = catchThrowableOfType(
                PublishException.class,
                () -> Stages.get(
                        trial.broker().publish(List.of(OutboundMessage.to(queue.name(), large))), trial.patience()));

        assertThat(failure).isNotNull();
        assertThat(failure.unconfirmed()).containsExactly("large");
        assertThat(failure.retryable()).isFalse();
        trial.publish(queue, "small");
        assertThat(trial.taker(queue, 1).finish(1)).containsExactly("small");
    }

    @Test
    @DisplayName("R1.7 declaring twice is harmless")
    void declaringTwiceIsHarmless(Trial trial) {
        QueueSpec queue = trial.queue();
        QueueCapabilities first = trial.broker().declare(queue);
        trial.publish(queue, "kept");

        QueueCapabilities again = trial.connect().declare(queue);

        assertThat(again).isEqualTo(first);
        assertThat(trial.taker(queue, 1).finish(1)).containsExactly("kept");
    }

    @Test
    @DisplayName("R1.7 a queue that lacks what is required is refused, named, and stays as it was")
    void aQueueThatLacksWhatIsRequiredIsRefused(Trial trial) {
        QueueSpec wanted = trial.needs(lacking(trial), "queue that lacks something");

        QueueMismatchException refusal = catchThrowableOfType(
                QueueMismatchException.class, () -> trial.broker().declare(wanted));

        assertThat(refusal).isNotNull();
        assertThat(refusal).hasMessageContaining(wanted.name());
        assertThat(refusal.toString().toUpperCase(Locale.ROOT).replace(' ', '_'))
                .containsAnyOf(wanted.requires().stream().map(Enum::name).toArray(String[]::new));
        QueueSpec asItIs = wanted.requiring(Set.of());
        assertThat(trial.broker().declare(asItIs).features()).doesNotContainAnyElementsOf(wanted.requires());
        trial.publish(asItIs, "still usable");
        assertThat(trial.taker(asItIs, 1).finish(1)).containsExactly("still usable");
    }

    /** What the harness creates; without that a usual queue, when there is something it cannot do. */
    private static Optional<QueueSpec> lacking(Trial trial) {
        QueueSpec own = trial.spec(spec -> spec);
        Optional<QueueSpec> created = trial.harness().createLacking(own.name());
        if (created.isPresent()) {
            return created;
        }
        EnumSet<QueueFeature> missing = EnumSet.allOf(QueueFeature.class);
        missing.removeAll(trial.broker().declare(own).features());
        return missing.isEmpty() ? Optional.empty() : Optional.of(own.requiring(missing));
    }

    @Test
    @DisplayName("R1.8 a message to a queue that was never declared is a failed publish")
    void aMessageToAQueueThatWasNeverDeclaredFails(Trial trial) {
        QueueSpec declared = trial.queue();
        QueueSpec never = trial.spec(spec -> spec);

        PublishException failure = catchThrowableOfType(
                PublishException.class,
                () -> Stages.get(
                        trial.broker().publish(List.of(Messages.to(declared, "taken"), Messages.to(never, "lost"))),
                        trial.patience()));

        assertThat(failure).isNotNull().hasCauseInstanceOf(QueueNotFoundException.class);
        assertThat(failure.unconfirmed()).contains("lost");
        trial.publish(declared, "after");
        assertThat(trial.taker(declared, 2).finish(failure.unconfirmed().contains("taken") ? 1 : 2))
                .contains("after");
    }

    @Test
    @DisplayName("R1.8 a message to a queue that was deleted meanwhile is a failed publish")
    void aMessageToAQueueThatWasDeletedFails(Trial trial) {
        QueueSpec queue = trial.queue();
        Broker producer = trial.connect();
        producer.declare(queue);
        Stages.get(producer.publish(Messages.to(queue, List.of("before"))), trial.patience());

        trial.broker().admin().delete(queue);
        Throwable failure = catchThrowable(
                () -> Stages.get(producer.publish(Messages.to(queue, List.of("lost"))), trial.patience()));

        assertThat(failure)
                .isInstanceOf(PublishException.class)
                .as("so that the sender declares it again")
                .hasCauseInstanceOf(QueueNotFoundException.class);
        assertThat(((PublishException) failure).unconfirmed()).containsExactly("lost");
    }

    @Test
    @DisplayName("R1.8 a delayed message to a queue that was deleted meanwhile is a failed publish")
    void aDelayedMessageToAQueueThatWasDeletedFails(Trial trial) {
        QueueSpec queue = trial.queue();
        Broker producer = trial.connect();
        producer.declare(queue);
        OutboundMessage before = Messages.to(queue, "before").delayedBy(Duration.ofSeconds(1));
        Stages.get(producer.publish(List.of(before)), trial.patience());

        trial.broker().admin().delete(queue);
        OutboundMessage lost = Messages.to(queue, "lost").delayedBy(Duration.ofSeconds(1));
        PublishException failure = catchThrowableOfType(
                PublishException.class, () -> Stages.get(producer.publish(List.of(lost)), trial.patience()));

        assertThat(failure).isNotNull();
        assertThat(failure.unconfirmed()).containsExactly("lost");
    }

    @Test
    @DisplayName("R1.8 who sends to a queue that was deleted is told so once, and then it is made again")
    void whoSendsToADeletedQueueIsToldOnce(Trial trial) {
        QueueSpec queue = trial.queue();
        Lovage lovage = trial.lovage();
        lovage.send(Tasks.ECHO.with(Arguments.of("before")).queue(queue.name()));

        trial.broker().admin().delete(queue);
        Throwable failure = catchThrowable(
                () -> lovage.send(Tasks.ECHO.with(Arguments.of("lost")).queue(queue.name())));
        String id = lovage.send(Tasks.ECHO.with(Arguments.of("after")).queue(queue.name()))
                .id();

        assertThat(failure).isInstanceOf(PublishException.class);
        assertThat(trial.taker(queue, 2).finish(1)).containsExactly(id);
    }
}
