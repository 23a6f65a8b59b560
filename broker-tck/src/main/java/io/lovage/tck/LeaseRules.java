package io.lovage.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.Broker;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settlement;
import io.lovage.tck.BrokerHarness.Patience;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Chapter R4, as far as nobody has to die for it. */
abstract class LeaseRules extends Chapter {
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int LEASES_HELD = 4;

    @Test
    @DisplayName("R4.1 a lease that is not renewed ends in time: not before its end, not later than declared")
    void aLeaseThatIsNotRenewedEndsInTime(Trial trial) {
        if (trial.leasesHaveDeadlines()) {
            endsInTime(trial);
        } else {
            endsWithTheConnection(trial);
        }
    }

    private static void endsInTime(Trial trial) {
        QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE));
        Taker first = trial.taker(trial.connect(), ConsumeSpec.of(queue, 1).withoutRenewal());
        trial.publish(queue, "m");

        Stopwatch before = Stopwatch.start(trial.time());
        first.one();
        Stopwatch after = Stopwatch.start(trial.time());
        Taker other = trial.taker(queue, 1);
        Delivery again = other.one();

        assertThat(before.elapsed()).as("not before the lease ended").isGreaterThanOrEqualTo(LEASE);
        assertThat(after.elapsed())
                .as("not later than declared")
                .isLessThan(LEASE.plus(trial.detection()).plus(Trial.SLACK));
        other.ack(again);
    }

    private static void endsWithTheConnection(Trial trial) {
        QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE));
        trial.publish(queue, "m");
        Broker holder = trial.connect();
        trial.taker(holder, ConsumeSpec.of(queue, 1).withoutRenewal()).one();
        Taker other = trial.taker(queue, 1);
        other.nothingWithin(LEASE.multipliedBy(2));

        Stopwatch gone = Stopwatch.start(trial.time());
        holder.close();
        Delivery again = other.one();

        assertThat(gone.elapsed())
                .isLessThan(trial.broker().capabilities().crashBound().plus(Trial.SLACK));
        other.ack(again);
    }

    @Test
    @DisplayName("R4.1 an abandoned delivery comes again")
    void anAbandonedDeliveryComesAgain(Trial trial) {
        QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE));
        trial.publish(queue, "m");
        Taker first = trial.taker(queue, 1);
        Delivery delivery = first.one();
        Stages.get(first.consumer().drain(), trial.patience());

        Stopwatch watch = Stopwatch.start(trial.time());
        delivery.abandon();
        Delivery again = trial.taker(queue, 1).one();

        assertThat(watch.elapsed()).isLessThan(LEASE.plus(trial.detection()).plus(Trial.SLACK));
        assertThat(Messages.id(again)).isEqualTo("m");
    }

    @Test
    @DisplayName("R4.2 a renewed delivery is never given to somebody else, however long it is held")
    void aRenewedDeliveryIsNeverGivenToSomebodyElse(Trial trial) {
        Patience server = trial.harness().shortestPatience();
        Duration limit = server.limit();
        trial.moveTo(server.url());
        QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE.compareTo(limit) > 0 ? LEASE : limit));
        trial.publish(queue, Messages.ids("m", 5));
        Taker holder = trial.taker(queue, 5);
        var held = holder.take(5);
        AtomicInteger lost = new AtomicInteger();
        held.forEach(delivery -> delivery.onLost(lost::incrementAndGet));

        trial.taker(queue, 5).nothingWithin(LEASE.plus(limit).multipliedBy(LEASES_HELD));

        assertThat(lost).hasValue(0);
        holder.ackAll(held);
    }

    @Test
    @DisplayName("R4.4 the loss of a lease is told, once, also to who asks late")
    void theLossOfALeaseIsTold(Trial trial) {
        QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE));
        trial.publish(queue, "m");
        Taker holder = trial.taker(queue, 1);
        Delivery delivery = holder.one();
        AtomicInteger told = new AtomicInteger();
        AtomicInteger toldLate = new AtomicInteger();
        delivery.onLost(told::incrementAndGet);
        Stages.get(holder.consumer().drain(), trial.patience());

        delivery.abandon();
        Taker other = trial.taker(queue, 1);
        Delivery owned = other.one();

        trial.await("onLost", () -> told.get() > 0);
        delivery.onLost(toldLate::incrementAndGet);
        trial.await("onLost for who asks late", () -> toldLate.get() > 0);
        other.ack(owned);
        trial.letPass(Duration.ofMillis(200));
        assertThat(told).hasValue(1);
        assertThat(toldLate).hasValue(1);
    }

    @Test
    @DisplayName("R4.4 a loss by the mere passing of the lease is told")
    void aLossByTheMerePassingOfTheLeaseIsTold(Trial trial) {
        if (!trial.leasesHaveDeadlines()) {
            aLossByTheEndOfTheConsumerIsTold(trial);
            return;
        }
        QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE));
        trial.publish(queue, "m");
        AtomicInteger told = new AtomicInteger();
        Taker holder = trial.taker(trial.connect(), ConsumeSpec.of(queue, 1).withoutRenewal());
        holder.one().onLost(told::incrementAndGet);

        trial.await("onLost", () -> told.get() == 1);
    }

    private static void aLossByTheEndOfTheConsumerIsTold(Trial trial) {
        QueueSpec queue = trial.queue();
        trial.publish(queue, "m");
        AtomicInteger told = new AtomicInteger();
        Taker holder = trial.taker(queue, 1);
        holder.one().onLost(told::incrementAndGet);

        holder.close();

        trial.await("onLost", () -> told.get() == 1);
    }

    @Test
    @DisplayName("R4.4 who has settled is not told of a loss")
    void whoHasSettledIsNotToldOfALoss(Trial trial) {
        QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE));
        trial.publish(queue, "m", "n");
        Broker leaving = trial.connect();
        Taker holder = trial.taker(leaving, ConsumeSpec.of(queue, 2));
        AtomicInteger told = new AtomicInteger();
        for (Delivery delivery : holder.take(2)) {
            delivery.onLost(told::incrementAndGet);
            holder.settle(delivery, Settlement.ack());
        }

        leaving.close();
        trial.letPass(LEASE.plusMillis(500));

        assertThat(told).hasValue(0);
    }

    @Test
    @DisplayName("R4.6 a worker whose clock is an hour off neither steals nor stretches a lease")
    void aClockThatIsOffNeitherStealsNorStretches(Trial trial) {
        for (Duration off : new Duration[] {HOUR, HOUR.negated()}) {
            QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE));
            trial.publish(queue, "held");
            Broker skewed = trial.connect(trial.dial().clockOffBy(off));
            Broker opposite = trial.connect(trial.dial().clockOffBy(off.negated()));
            Taker holder = trial.taker(skewed, ConsumeSpec.of(queue, 1));
            Delivery held = holder.one();
            Taker other = trial.taker(opposite, ConsumeSpec.of(queue, 1));

            other.nothingWithin(LEASE.multipliedBy(2));
            Stages.get(holder.consumer().drain(), trial.patience());
            held.abandon();
            Stopwatch watch = Stopwatch.start(trial.time());
            other.ack(other.one());

            assertThat(watch.elapsed())
                    .as("the end of the lease of a worker that is off by %s", off)
                    .isLessThan(LEASE.plus(trial.detection()).plus(Trial.SLACK));
        }
    }

    @Test
    @DisplayName("R4.6 a delay follows the broker's clock")
    void aDelayFollowsTheBrokersClock(Trial trial) {
        for (Duration off : new Duration[] {HOUR, HOUR.negated()}) {
            QueueSpec queue = trial.queue();
            Broker skewed = trial.connect(trial.dial().clockOffBy(off));
            Taker taker = trial.taker(queue, 1);

            Stopwatch watch = Stopwatch.start(trial.time());
            Stages.get(skewed.publish(java.util.List.of(Messages.to(queue, "m").delayedBy(LEASE))), trial.patience());
            taker.ack(taker.one());

            assertThat(watch.elapsed())
                    .isGreaterThanOrEqualTo(LEASE)
                    .isLessThan(LEASE.plus(trial.broker().capabilities().delayPrecision())
                            .plus(Trial.SLACK));
        }
    }
}
