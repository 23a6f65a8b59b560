package io.lovage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lovage.spi.Broker;
import io.lovage.spi.BrokerException;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settlement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rest of chapter R3: settlements that consist of two steps, and crashes between them. */
abstract class AckAfterRules extends Chapter {
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final int COPIES = 3;
    private static final int CUTS = 12;
    private static final int KILLS = 3;

    @Test
    @DisplayName("R3.8 AckAfter: its messages are held and the delivery is gone")
    void itsMessagesAreHeldAndTheDeliveryIsGone(Trial trial) {
        QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE));
        QueueSpec next = trial.queue();
        trial.publish(queue, "m");
        Broker leaving = trial.connect();
        Taker taker = trial.taker(leaving, ConsumeSpec.of(queue, 1));

        List<String> copies = Messages.ids("copy", 5);
        assertThat(taker.settle(taker.one(), Settlement.ackAfter(Messages.to(next, copies)))
                        .accepted())
                .isTrue();
        leaving.close();

        assertThat(trial.taker(next, 5).finish(5)).containsExactlyElementsOf(copies);
        trial.taker(queue, 1).nothingWithin(LEASE.plus(trial.detection()).plusMillis(300));
    }

    @Test
    @DisplayName("R3.8 AckAfter: its messages keep their delay and may go to the delivery's own queue")
    void itsMessagesKeepTheirDelay(Trial trial) {
        QueueSpec queue = trial.queue();
        trial.publish(queue, "m");
        Taker taker = trial.taker(queue, 1);
        Duration delay = Duration.ofSeconds(1);
        Delivery delivery = taker.one();

        Stopwatch watch = Stopwatch.start(trial.time());
        taker.settle(
                delivery,
                Settlement.ackAfter(List.of(Messages.to(queue, "retry").delayedBy(delay))));

        assertThat(taker.finish(1)).containsExactly("retry");
        assertThat(watch.elapsed()).isGreaterThanOrEqualTo(delay);
    }

    @Test
    @DisplayName(
            "R3.8 AckAfter: when a message cannot be published the delivery is still held and may be settled again")
    void whenAMessageCannotBePublishedTheDeliveryIsStillHeld(Trial trial) {
        QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE));
        QueueSpec never = trial.spec(spec -> spec);
        trial.publish(queue, "m");
        Taker taker = trial.taker(queue, 1);
        Delivery delivery = taker.one();
        List<OutboundMessage> first = List.of(Messages.to(never, "lost"));

        Throwable failure = catchThrowable(() -> taker.settle(delivery, Settlement.ackAfter(first)));

        assertThat(failure).isInstanceOf(BrokerException.class);
        Taker other = trial.taker(queue, 1);
        other.nothingWithin(LEASE.multipliedBy(2));
        assertThat(taker.settle(delivery, Settlement.release(Duration.ZERO)).accepted())
                .isTrue();
        // a server that pushes may choose either
        trial.await(
                "the message to come again",
                () -> !taker.poll(1).isEmpty() || !other.poll(1).isEmpty());
    }

    @Test
    @DisplayName("R3.8 AckAfter: a worker that is killed while it settles loses nothing")
    void aWorkerKilledWhileItSettlesLosesNothing(Trial trial) {
        for (int kill = 0; kill < KILLS; kill++) {
            twoSteps(trial).killed(Victim::ackAfter);
        }
    }

    @Test
    @DisplayName("R3.8 AckAfter: a crash at any step, or a connection cut after any number of bytes, loses nothing")
    void aCrashAtAnyStepLosesNothing(Trial trial) {
        List<String> steps = trial.harness().crashSteps();
        steps.forEach(step -> crashAt(trial, step));
        if (steps.isEmpty()) {
            cutAnywhere(trial, two -> Settlement.ackAfter(two.copies()));
        }
    }

    private static void crashAt(Trial trial, String step) {
        TwoSteps two = twoSteps(trial);
        Victim victim = trial.victim(VictimSpec.of(two.queue(), 1).crashingAt(step));
        victim.awaitTaken(1);
        victim.ackAfter(two.id(), two.next().name(), COPIES);
        victim.kill();
        two.nothingIsLost(step);
    }

    @Test
    @DisplayName("R3.4 a connection cut anywhere within dead-lettering loses nothing")
    void aConnectionCutWithinDeadLetteringLosesNothing(Trial trial) {
        cutAnywhere(trial, steps -> Settlement.deadLetter("cut"));
    }

    @Test
    @DisplayName("R3.4 a worker that is killed while it dead-letters loses nothing")
    void aWorkerKilledWhileItDeadLettersLosesNothing(Trial trial) {
        twoSteps(trial).killed((victim, id, next, copies) -> victim.deadLetter(id));
    }

    /** First measures what the whole settlement sends, then cuts the connection at points all along it. */
    private static void cutAnywhere(Trial trial, Function<TwoSteps, Settlement> how) {
        NetworkFaults network = trial.needs(trial.harness().network(), "faults of the network");
        long whole = twoSteps(trial).cut(network, Long.MAX_VALUE, how);
        for (int cut = 0; cut <= CUTS; cut++) {
            twoSteps(trial).cut(network, whole * cut / CUTS, how);
        }
    }

    private static TwoSteps twoSteps(Trial trial) {
        QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE));
        String id = Trial.newName();
        trial.publish(queue, id);
        return new TwoSteps(trial, queue, trial.queue(), id);
    }

    /** How a victim is told to settle. */
    @FunctionalInterface
    private interface Order {
        void tell(Victim victim, String id, String next, int copies);
    }

    /** One message and the queue in which its successors are to be. */
    private record TwoSteps(Trial trial, QueueSpec queue, QueueSpec next, String id) {
        List<OutboundMessage> copies() {
            return Messages.to(next, Messages.ids(id + ".", COPIES));
        }

        void killed(Order order) {
            Victim victim = trial.victim(VictimSpec.of(queue, 1));
            victim.awaitTaken(1);
            order.tell(victim, id, next.name(), COPIES);
            victim.kill();
            nothingIsLost("killed");
        }

        /** Cuts after so many bytes; says how many were sent when nothing was cut. */
        long cut(NetworkFaults network, long bytes, Function<TwoSteps, Settlement> how) {
            try (NetworkFaults.Link link = network.open();
                    Broker broker = trial.connect(Dial.to(link.url()).publishTimeout(Trial.SLACK))) {
                Taker taker = trial.taker(broker, ConsumeSpec.of(queue, 1));
                Delivery delivery = taker.one();
                long before = link.bytesToBroker();
                link.cutAfterBytesToBroker(bytes);
                Throwable failure = catchThrowable(() -> taker.settle(delivery, how.apply(this)));
                assertThat(failure).isIn(null, failure instanceof BrokerException ? failure : null);
                long sent = link.bytesToBroker() - before;
                link.refuse();
                nothingIsLost("cut after " + bytes + " bytes");
                link.restore();
                return sent;
            }
        }

        /** Either the message comes again, or everything that was to be held before it was settled is held. */
        void nothingIsLost(String how) {
            Taker again = trial.taker(queue, 1);
            Taker successors = trial.taker(next, COPIES);
            Set<String> held = new HashSet<>();
            trial.await("the message or its successors after a worker was " + how, () -> {
                held.addAll(Messages.ids(successors.poll(COPIES)));
                return held.size() == COPIES
                        || !again.poll(1).isEmpty()
                        || !trial.broker().admin().deadLetters(queue, 1).isEmpty();
            });
            again.close();
            successors.close();
        }
    }
}
