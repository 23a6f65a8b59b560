package io.lovage.kafka;

import io.lovage.kafka.Desk.Wanted;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerException;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.Settlement;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes from one queue, with as many lanes as its {@link Crew} has. Records are fetched only for somebody who polls, or
 * did so a moment ago and will again; they are handed out only as far as the prefetch goes (rule R2.2), and what a
 * batch has beyond that waits here, its lease renewed. Thread-safe.
 */
final class QueueConsumer implements Broker.Consumer, Lane.Owner, KafkaDelivery.Keeper {
    private static final Logger log = LoggerFactory.getLogger(QueueConsumer.class);
    /** Whoever polled that lately will poll again. */
    private static final Duration LATELY = Duration.ofMillis(5);

    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(10);

    /**
     * What it works with.
     *
     * @param clients makes a share consumer for at most so many records
     */
    record Surroundings(
            Settler settler,
            Rebasing rebasing,
            IntFunction<ShareClient> clients,
            TimeSource time,
            ThreadFactory threads,
            Consumer<QueueConsumer> closed) {}

    private final ConsumeSpec spec;
    private final boolean renews;
    private final Surroundings around;
    private final Desk desk;
    private final Crew crew;
    private final GivingBack givingBack;
    private final Lookout lookout;
    private final Arrivals arrivals;
    private volatile @Nullable Caretaker caretaker;
    /* guarded by the lock of the desk */
    private int polling;
    private long polledAt;
    private @Nullable CompletableFuture<Void> draining;

    QueueConsumer(ConsumeSpec spec, KafkaOptions.TakeOptions options, Surroundings around) {
        this.spec = spec;
        this.renews = spec.renew() && options.renewed();
        this.around = around;
        TimeSource time = around.time();
        Pace pace = new Pace(options, spec.prefetch(), spec.queue().deliveryLimit(), time.nanoTime());
        this.desk = new Desk(new InHand(spec.prefetch()), new Roster(this::lane), pace);
        this.givingBack = new GivingBack(desk, around.rebasing());
        this.crew = new Crew(
                desk, new Crew.Spec(spec.queue().name(), spec.prefetch(), time, around.threads(), givingBack::look));
        this.lookout = new Lookout(spec.queue().name(), desk, crew, givingBack, time);
        this.arrivals = new Arrivals(desk, around.rebasing(), givingBack, lookout, time);
        this.polledAt = time.nanoTime() - LATELY.toNanos();
    }

    private Lane lane(int records) {
        return new Lane(
                around.clients().apply(records),
                new Lane.Spec(this, around.time(), renews, spec.queue().lease()));
    }

    void lookedAfterBy(Caretaker somebody) {
        caretaker = somebody;
    }

    void start() {
        crew.plan();
    }

    /** Taking has failed in a way of which no lane knows. */
    void failed(BrokerException reason) {
        crew.failed(reason);
    }

    @Override
    public String queue() {
        return spec.queue().name();
    }

    // ---- taking ----

    @Override
    public List<Delivery> poll(int max, Duration wait) throws InterruptedException {
        long deadline = around.time().nanoTime() + wait.toNanos();
        List<Delivery> taken = List.of();
        desk.lock.lockInterruptibly();
        try {
            polling++;
            while (true) {
                BrokerException reason = desk.failure;
                if (reason != null) {
                    throw reason;
                }
                if (desk.isEnding()) {
                    return List.of();
                }
                taken = desk.isTaking() ? desk.inHand.handOut(max, around.time().nanoTime()) : List.of();
                long left = deadline - around.time().nanoTime();
                if (!taken.isEmpty() || left <= 0) {
                    break;
                }
                if (desk.inHand.isNothingWaiting()) {
                    demand();
                }
                desk.changed.awaitNanos(left);
            }
        } finally {
            polling--;
            polledAt = around.time().nanoTime();
            desk.lock.unlock();
        }
        return taken;
    }

    /** With the lock. Lanes that rest look up; they ask {@link #wants} then. */
    private void demand() {
        if (desk.isTaking() && desk.inHand.mayHandOut()) {
            desk.roster.taking().forEach(Lane::demanded);
        }
    }

    @Override
    public boolean wants(Lane lane) {
        desk.lock.lock();
        try {
            boolean asked = polling > 0 || around.time().nanoTime() - polledAt < LATELY.toNanos();
            return desk.isTaking() && asked && desk.inHand.mayFetch() && desk.roster.isTaking(lane);
        } finally {
            desk.lock.unlock();
        }
    }

    @Override
    public boolean isShortOfPlaces() {
        return desk.pace.batch() > spec.prefetch();
    }

    @Override
    public List<KafkaDelivery> deliveries(Lane lane, List<Taken> taken) {
        givingBack.arrives();
        return taken.stream()
                .map(record -> new KafkaDelivery(this, lane, record))
                .toList();
    }

    @Override
    public void arrived(Lane lane, List<KafkaDelivery> deliveries) {
        try {
            arrivals.receive(lane, deliveries);
        } finally {
            givingBack.hasArrived();
        }
    }

    // ---- settling ----

    @Override
    public void settle(KafkaDelivery delivery, Settlement how) {
        boolean oneStep = how instanceof Settlement.Ack
                || (how instanceof Settlement.Release release && release.delay().isZero());
        if (oneStep) { // whoever settles is done with it, though the answer takes a moment
            returned(delivery);
        }
        if (how instanceof Settlement.Ack || how instanceof Settlement.DeadLetter) {
            around.settler().settle(delivery, how);
        } else {
            wantNoMoreForNow();
            givingBack.onceNobodyFetches(() -> around.settler().settle(delivery, how));
        }
    }

    /** Who gives back may be about to leave: a lane that fetched for him would take the same message again, counted. */
    private void wantNoMoreForNow() {
        desk.lock.lock();
        try {
            polledAt = around.time().nanoTime() - LATELY.toNanos();
        } finally {
            desk.lock.unlock();
        }
    }

    @Override
    public void returned(KafkaDelivery delivery) {
        boolean change = false;
        boolean batches = false;
        desk.lock.lock();
        try {
            boolean alone = desk.inHand.isAlone(delivery);
            if (desk.inHand.remove(delivery)) {
                long now = around.time().nanoTime();
                change = desk.pace.settled(now - delivery.handedOutAt, delivery.isAgain(), now);
                batches = change && desk.pace.takesBatches();
                desk.changed.signalAll();
            }
            change |= alone;
        } finally {
            desk.lock.unlock();
        }
        if (batches) {
            log.info("queue '{}' has short tasks: taking in batches", queue());
        }
        if (change) {
            crew.plan();
        }
    }

    @Override
    public void settled(Lane lane) {
        lookout.handOutAlone(lane);
        boolean change;
        desk.lock.lock();
        try {
            change = desk.roster.isAnyLeaving();
        } finally {
            desk.lock.unlock();
        }
        if (change) {
            crew.plan();
        }
    }

    // ---- pausing and ending ----

    @Override
    public void pause() {
        change(Wanted.TAKING, Wanted.PAUSED);
    }

    @Override
    public void resume() {
        change(Wanted.PAUSED, Wanted.TAKING);
    }

    private void change(Wanted from, Wanted to) {
        List<KafkaDelivery> back;
        desk.lock.lock();
        try {
            if (desk.wanted != from) {
                return;
            }
            back = takeAllBack(to);
        } finally {
            desk.lock.unlock();
        }
        crew.plan();
        givingBack.giveBack(back);
    }

    /** With the lock. Returns what waits, to be given back. */
    private List<KafkaDelivery> takeAllBack(Wanted to) {
        desk.wanted = to;
        desk.changed.signalAll();
        return desk.inHand.clear();
    }

    @Override
    public CompletionStage<Void> drain() {
        List<KafkaDelivery> back;
        CompletableFuture<Void> done;
        desk.lock.lock();
        try {
            CompletableFuture<Void> known = draining;
            if (known != null) {
                return known;
            }
            done = new CompletableFuture<>();
            draining = done;
            back = takeAllBack(Wanted.DRAINED);
        } finally {
            desk.lock.unlock();
        }
        crew.end();
        givingBack.giveBack(back);
        // a lane that ended before would leave a copy beside its original
        givingBack.onceNobodyFetches(
                () -> givingBack.everythingIsBack().whenComplete((nothing, ignored) -> done.complete(null)));
        return done;
    }

    @Override
    public void close() {
        CompletionStage<Void> drained = drain();
        desk.lock.lock();
        try {
            if (desk.wanted == Wanted.CLOSED) {
                return;
            }
            desk.wanted = Wanted.CLOSED;
        } finally {
            desk.lock.unlock();
        }
        Caretaker somebody = caretaker;
        if (somebody != null) {
            somebody.close();
        }
        await(drained.toCompletableFuture());
        takeBackWhatIsOut();
        crew.quit();
        await(crew.ended());
        around.closed().accept(this);
    }

    private void takeBackWhatIsOut() {
        List<KafkaDelivery> out;
        desk.lock.lock();
        try {
            out = desk.inHand.handedOut();
        } finally {
            desk.lock.unlock();
        }
        for (KafkaDelivery delivery : out) {
            if (delivery.takeAway()) {
                delivery.lane().settle(delivery, Acknowledgement.RELEASE);
            }
        }
    }

    private void await(CompletableFuture<Void> end) {
        try {
            end.get(LONGEST_CLOSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn(
                    "the lanes of queue '{}' did not end in time; what they hold comes back with their leases",
                    queue(),
                    e);
        }
    }
}
