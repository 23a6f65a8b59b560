package io.lovage.kafka;

import io.lovage.spi.Broker;
import io.lovage.spi.BrokerException;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.Settlement;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes from one queue with as many lanes as the pace asks for. Records are fetched only for somebody who polls, or did
 * so a moment ago and will again; they are handed out only as far as the prefetch goes (rule R2.2), and what a batch
 * has beyond that waits here, its lease renewed. Thread-safe. Order of locks: its own, then a lane's.
 */
final class QueueConsumer implements Broker.Consumer, Lane.Owner, KafkaDelivery.Keeper {
    private static final Logger log = LoggerFactory.getLogger(QueueConsumer.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    /** Whoever polled that lately will poll again. */
    private static final Duration LATELY = Duration.ofMillis(5);

    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(10);

    private enum Wanted {
        TAKING,
        PAUSED,
        DRAINED,
        CLOSED
    }

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

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ConsumeSpec spec;
    private final boolean renews;
    private final Surroundings around;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile @Nullable Caretaker caretaker;
    /* guarded by lock */
    private final InHand inHand;
    private final Roster roster;
    private final Pace pace;
    private final Crowd crowd;
    private Wanted wanted = Wanted.TAKING;
    private int polling;
    private long polledAt;
    private boolean waiting;
    private @Nullable BrokerException failure;
    private @Nullable CompletableFuture<Void> draining;
    /** How many times something has come to a lane and has no place here yet. */
    private int arriving;
    /** What waits until nobody fetches, and what is on its way. */
    private final List<Runnable> givingBack = new ArrayList<>();

    private CompletableFuture<Void> goingBack = CompletableFuture.completedFuture(null);

    QueueConsumer(ConsumeSpec spec, KafkaOptions.TakeOptions options, Surroundings around) {
        this.spec = spec;
        this.renews = spec.renew() && options.renewed();
        this.around = around;
        this.inHand = new InHand(spec.prefetch());
        this.roster = new Roster(this::lane);
        this.crowd = new Crowd(spec.queue().name());
        this.pace = new Pace(
                options,
                spec.prefetch(),
                spec.queue().deliveryLimit(),
                around.time().nanoTime());
        this.polledAt = around.time().nanoTime() - LATELY.toNanos();
    }

    void lookedAfterBy(Caretaker somebody) {
        caretaker = somebody;
    }

    void start() {
        plan();
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
        lock.lockInterruptibly();
        try {
            polling++;
            while (true) {
                BrokerException reason = failure;
                if (reason != null) {
                    throw reason;
                }
                if (wanted.compareTo(Wanted.DRAINED) >= 0) {
                    return List.of();
                }
                taken = wanted == Wanted.TAKING
                        ? inHand.handOut(max, around.time().nanoTime())
                        : List.of();
                long left = deadline - around.time().nanoTime();
                if (!taken.isEmpty() || left <= 0) {
                    break;
                }
                if (inHand.isNothingWaiting()) {
                    demand();
                }
                changed.awaitNanos(left);
            }
        } finally {
            polling--;
            polledAt = around.time().nanoTime();
            lock.unlock();
        }
        return taken;
    }

    /** With the lock. Lanes that rest look up; they ask {@link #wants} then. */
    private void demand() {
        if (wanted == Wanted.TAKING && inHand.mayHandOut()) {
            roster.taking().forEach(Lane::demanded);
        }
    }

    @Override
    public boolean wants(Lane lane) {
        lock.lock();
        try {
            boolean asked = polling > 0 || around.time().nanoTime() - polledAt < LATELY.toNanos();
            return wanted == Wanted.TAKING && asked && inHand.mayFetch() && roster.isTaking(lane);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isShortOfPlaces() {
        return pace.batch() > spec.prefetch();
    }

    @Override
    public List<KafkaDelivery> deliveries(Lane lane, List<Taken> taken) {
        lock.lock();
        try {
            arriving++;
        } finally {
            lock.unlock();
        }
        return taken.stream()
                .map(record -> new KafkaDelivery(this, lane, record))
                .toList();
    }

    @Override
    public void arrived(Lane lane, List<KafkaDelivery> deliveries) {
        try {
            receive(lane, deliveries);
        } finally {
            hasArrived();
        }
        putBackWhatMayBe();
    }

    private void hasArrived() {
        lock.lock();
        try {
            arriving--;
        } finally {
            lock.unlock();
        }
    }

    private void receive(Lane lane, List<KafkaDelivery> deliveries) {
        boolean anyAgain = pace.isWatched() && deliveries.stream().anyMatch(KafkaDelivery::isAgain);
        List<KafkaDelivery> rebased = new ArrayList<>();
        List<KafkaDelivery> back = new ArrayList<>();
        boolean ofBatches;
        boolean refused;
        boolean alone;
        lock.lock();
        try {
            boolean ours = wanted == Wanted.TAKING && roster.isTaking(lane);
            ofBatches = ours && roster.isBatch(lane);
            refused = ofBatches && anyAgain;
            alone = ours && !ofBatches && pace.isNarrow();
            if (refused) {
                pace.handedOutAgain(around.time().nanoTime());
                back.addAll(dismissBatch());
            }
            for (KafkaDelivery delivery : deliveries) {
                if (around.rebasing().isDue(delivery)) {
                    rebased.add(delivery);
                } else if (ours && !refused) {
                    inHand.add(delivery);
                } else if (refused && delivery.isAgain() && !inHand.isAnyAlone()) {
                    inHand.setAside(delivery);
                } else {
                    back.add(delivery);
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        rebased.forEach(around.rebasing()::rebase);
        if (refused) {
            log.info("queue '{}' has tasks that were handed out before: taking one by one", queue());
            goOnWithout(lane, back);
            handOutAlone(lane);
            return;
        }
        giveBack(back);
        if (alone) {
            deliveries.forEach(this::watchAlone);
        } else if (ofBatches && pace.isWatched() && !deliveries.isEmpty()) {
            watchBatch(lane);
        }
    }

    private void watchBatch(Lane lane) {
        long number = lane.batch();
        long since = around.time().nanoTime();
        around.time().after(Pace.BOUND, () -> look(lane, number, since));
    }

    /**
     * Of a batch that is refused the first that was handed out before is kept, and runs alone. Were all of it given
     * back, it could be refused again whenever its copies are reached, and nothing of it would ever run. It waits until
     * its lane has nothing else any more: should it kill this worker, nobody's delivery is counted with its.
     */
    private void handOutAlone(Lane lane) {
        KafkaDelivery alone;
        lock.lock();
        try {
            alone = inHand.takeFromAside(lane);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (alone != null) {
            watchAlone(alone);
        }
    }

    private void watchAlone(KafkaDelivery alone) {
        around.time().after(Pace.BOUND, () -> survived(alone));
    }

    /** What was taken alone, for caution, still runs: others need not wait for it. */
    private void survived(KafkaDelivery alone) {
        lock.lock();
        try {
            if (!inHand.has(alone)) {
                return;
            }
            if (!inHand.isOut(alone, Pace.BOUND, around.time().nanoTime())) {
                around.time().after(Pace.BOUND.dividedBy(4), () -> survived(alone));
                return;
            }
            pace.survivedForLong();
            inHand.survived(alone);
        } finally {
            lock.unlock();
        }
        plan();
    }

    /** A task that is long holds back what comes after its batch, and a long batch what others could take. */
    private void look(Lane lane, long number, long since) {
        if (!lane.isStillAt(number)) {
            return;
        }
        List<KafkaDelivery> back;
        lock.lock();
        try {
            if (!roster.isBatch(lane) || wanted != Wanted.TAKING) {
                return;
            }
            long now = around.time().nanoTime();
            if (now - since < Pace.LONGEST_BATCH.toNanos() && !inHand.isOut(lane, Pace.BOUND, now)) {
                around.time().after(Pace.BOUND.dividedBy(4), () -> look(lane, number, since));
                return;
            }
            pace.tooSlow(now);
            log.info("queue '{}' has tasks that take long: taking one by one", queue());
            back = dismissBatch();
        } finally {
            lock.unlock();
        }
        goOnWithout(lane, back);
    }

    /** With the lock. Returns what waits, to be given back. */
    private List<KafkaDelivery> dismissBatch() {
        roster.dismissBatch();
        return inHand.clear();
    }

    private void goOnWithout(Lane batch, List<KafkaDelivery> back) {
        batch.stop();
        giveBack(back);
        plan();
    }

    @Override
    public void settled(Lane lane) {
        handOutAlone(lane);
        boolean change;
        lock.lock();
        try {
            change = roster.isAnyLeaving();
        } finally {
            lock.unlock();
        }
        if (change) {
            plan();
        }
    }

    // ---- lanes ----

    /** Starts and ends lanes until there are as many as there should be. */
    private void plan() {
        List<Lane> surplus;
        List<Lane> fresh = new ArrayList<>();
        BrokerException refused = null;
        lock.lock();
        try {
            boolean taking = wanted == Wanted.TAKING && failure == null;
            boolean batches = taking && pace.takesBatches() && !inHand.isAnyAlone();
            int ones = taking && !batches ? room() : 0;
            surplus = roster.dismiss(batches, ones);
            try {
                if (batches && !waiting) {
                    roster.hireBatch(pace.batch(), fresh);
                } else if (!waiting) {
                    roster.hire(ones, fresh);
                }
            } catch (BrokerException e) {
                refused = e;
            }
        } finally {
            lock.unlock();
        }
        surplus.forEach(Lane::stop);
        fresh.forEach(this::launch);
        if (refused != null) {
            failed(refused);
        }
    }

    /**
     * With the lock. Each lane of one record may bring one more than is in hand of those that leave; none does beside
     * what runs alone.
     */
    private int room() {
        if (inHand.isAnyAlone()) {
            return 0;
        }
        int held = roster.heldByLeaving();
        int wished = Math.max(held == 0 ? 1 : 0, Math.min(pace.lanes(), spec.prefetch() - held));
        return Math.min(wished, crowd.limit(around.time().nanoTime()).orElse(wished));
    }

    private Lane lane(int records) {
        return new Lane(
                around.clients().apply(records),
                new Lane.Spec(this, around.time(), renews, spec.queue().lease()));
    }

    private void launch(Lane lane) {
        around.threads()
                .newThread(() -> {
                    try {
                        lane.run();
                    } finally {
                        gone(lane);
                    }
                })
                .start();
    }

    private void gone(Lane lane) {
        boolean last;
        boolean unexpected;
        lock.lock();
        try {
            unexpected = roster.remove(lane);
            inHand.forget(lane);
            last = wanted.compareTo(Wanted.DRAINED) >= 0 && !roster.isAnyLeaving();
        } finally {
            lock.unlock();
        }
        BrokerException reason = lane.failure();
        if (reason != null && Crowd.isWhy(reason)) {
            crowded();
        } else if (reason != null) {
            failed(reason);
        } else if (unexpected || !last) {
            plan();
        }
        putBackWhatMayBe();
        if (last) {
            ended.complete(null);
        }
    }

    private void crowded() {
        Duration pause;
        lock.lock();
        try {
            pause = crowd.refused(roster.taking().size(), around.time().nanoTime());
        } finally {
            lock.unlock();
        }
        around.time().after(pause, this::plan);
    }

    /** What may heal is tried again after a while; what will not ends the taking. */
    void failed(BrokerException reason) {
        lock.lock();
        try {
            if (wanted != Wanted.TAKING || waiting) {
                return;
            }
            if (reason.retryable()) {
                log.warn("taking from queue '{}' failed and is tried again in {}", queue(), AGAIN, reason);
                waiting = true;
            } else {
                failure = reason;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
        if (!reason.retryable()) {
            plan();
        } else {
            around.time().after(AGAIN, () -> {
                lock.lock();
                try {
                    waiting = false;
                } finally {
                    lock.unlock();
                }
                plan();
            });
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
            onceNobodyFetches(() -> around.settler().settle(delivery, how));
        }
    }

    /** Who gives back may be about to leave: a lane that fetched for him would take the same message again, counted. */
    private void wantNoMoreForNow() {
        lock.lock();
        try {
            polledAt = around.time().nanoTime() - LATELY.toNanos();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void returned(KafkaDelivery delivery) {
        boolean change = false;
        boolean batches = false;
        lock.lock();
        try {
            boolean alone = inHand.isAlone(delivery);
            if (inHand.remove(delivery)) {
                long now = around.time().nanoTime();
                change = pace.settled(now - delivery.handedOutAt, delivery.isAgain(), now);
                batches = change && pace.takesBatches();
                changed.signalAll();
            }
            change |= alone;
        } finally {
            lock.unlock();
        }
        if (batches) {
            log.info("queue '{}' has short tasks: taking in batches", queue());
        }
        if (change) {
            plan();
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
        lock.lock();
        try {
            if (wanted != from) {
                return;
            }
            wanted = to;
            back = inHand.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        plan();
        giveBack(back);
    }

    /** It counts as going back from now on: whoever drains waits for it, also when it came while the lanes ended. */
    private void giveBack(List<KafkaDelivery> back) {
        CompletableFuture<Void> given = new CompletableFuture<>();
        lock.lock();
        try {
            goingBack = CompletableFuture.allOf(goingBack, given);
        } finally {
            lock.unlock();
        }
        onceNobodyFetches(
                () -> around.rebasing().giveBack(back).whenComplete((nothing, ignored) -> given.complete(null)));
    }

    /**
     * Who takes nothing more has lanes that still end, and until then the server may give them what is put back: it
     * counts that, and so would every restart of a worker (rule R7.4). So what puts something back waits for them.
     */
    private void onceNobodyFetches(Runnable putBack) {
        lock.lock();
        try {
            givingBack.add(putBack);
        } finally {
            lock.unlock();
        }
        putBackWhatMayBe();
    }

    private void putBackWhatMayBe() {
        List<Runnable> now;
        lock.lock();
        try {
            if (wanted != Wanted.TAKING && (arriving > 0 || roster.isAnyFetching())) {
                return;
            }
            now = List.copyOf(givingBack);
            givingBack.clear();
        } finally {
            lock.unlock();
        }
        now.forEach(Runnable::run);
    }

    @Override
    public CompletionStage<Void> drain() {
        List<KafkaDelivery> back;
        CompletableFuture<Void> done;
        lock.lock();
        try {
            CompletableFuture<Void> known = draining;
            if (known != null) {
                return known;
            }
            done = new CompletableFuture<>();
            draining = done;
            wanted = Wanted.DRAINED;
            back = inHand.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        plan();
        completeIfEnded();
        giveBack(back);
        onceNobodyFetches(() -> everythingIsBack().whenComplete((nothing, ignored) -> done.complete(null)));
        return done;
    }

    /** A lane that ended before would leave a copy beside its original. */
    private CompletionStage<Void> everythingIsBack() {
        lock.lock();
        try {
            return goingBack;
        } finally {
            lock.unlock();
        }
    }

    private void completeIfEnded() {
        boolean last;
        lock.lock();
        try {
            last = roster.isEmpty();
        } finally {
            lock.unlock();
        }
        if (last) {
            ended.complete(null);
        }
    }

    @Override
    public void close() {
        CompletionStage<Void> drained = drain();
        lock.lock();
        try {
            if (wanted == Wanted.CLOSED) {
                return;
            }
            wanted = Wanted.CLOSED;
        } finally {
            lock.unlock();
        }
        Caretaker somebody = caretaker;
        if (somebody != null) {
            somebody.close();
        }
        await(drained.toCompletableFuture());
        takeBackWhatIsOut();
        lock.lock();
        try {
            roster.leaving().forEach(Lane::quit);
        } finally {
            lock.unlock();
        }
        await(ended);
        around.closed().accept(this);
    }

    private void takeBackWhatIsOut() {
        List<KafkaDelivery> out;
        lock.lock();
        try {
            out = inHand.handedOut();
        } finally {
            lock.unlock();
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
