package io.lovage.internal.worker;

import io.lovage.spi.Broker;
import io.lovage.spi.BrokerException;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.Threads;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes deliveries from one queue and puts them into its lane, for as many as there is room. Thread-safe; a stop before
 * the start is allowed.
 *
 * <p>A consumer that fails is replaced, with growing pauses. A replaced consumer keeps the leases of what it handed out
 * until that is settled; only then {@link #closeRetired} closes it, since closing gives back what is still running.
 */
final class Fetcher {
    private static final Logger log = LoggerFactory.getLogger(Fetcher.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30));
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final int MOST_RETIRED = 3;

    private final Broker broker;
    private final DeclaredQueues queues;
    private final ConsumeSpec spec;
    private final Lane lane;
    private final Lanes lanes;
    private final Counters counters;
    private final DeliveryRoad road;
    private final TimeSource time;
    private final StopSignal signal;
    private final Thread thread;
    private final AtomicLong received = new AtomicLong();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    /** Held from the poll until its deliveries are in the lane or given back. */
    private final ReentrantLock handingOver = new ReentrantLock();
    /** Guards the consumers; never held while the broker is asked for something. */
    private final ReentrantLock lock = new ReentrantLock();

    private final List<Intake> retired = new ArrayList<>();
    private volatile Intake intake;
    private boolean stopped;

    /** What a fetcher works with, beside its queue. */
    record Parts(WorkerEnvironment environment, Lanes lanes, Counters counters, DeliveryRoad road, Threads threads) {}

    /** Subscribes; messages may be reserved from here on. */
    Fetcher(Parts parts, Lane lane, ConsumeSpec spec) {
        this.broker = parts.environment().broker();
        this.queues = parts.environment().queues();
        this.time = parts.environment().time();
        this.lanes = parts.lanes();
        this.counters = parts.counters();
        this.road = parts.road();
        this.spec = spec;
        this.lane = lane;
        this.signal = new StopSignal(time);
        this.intake = new Intake(broker.consume(spec), lane);
        this.thread = parts.threads().named("fetcher-" + spec.queue().name()).newThread(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        int failures = 0;
        try {
            while (!signal.stopped()) {
                try {
                    if (failures > 0 && !mended(failures)) {
                        return;
                    }
                    if (!fetch()) {
                        return;
                    }
                    failures = 0;
                } catch (RuntimeException | Error e) {
                    // An Error, too: when a handler has used up the memory, whoever allocates next may get it, and a
                    // worker without its fetcher would do nothing more, and say nothing.
                    failures++;
                    report(e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // somebody wants this thread to end: it ends
        } finally {
            ended.complete(null);
        }
    }

    /** Rests, and begins anew with another consumer. False when it is over. */
    private boolean mended(int failures) throws InterruptedException {
        if (signal.rest(BACKOFF.pause(failures - 1))) {
            return false;
        }
        declareAgainAndReplace();
        return true;
    }

    private void report(Throwable failure) {
        if (signal.stopped()) {
            return;
        }
        Survival.tell(() -> {
            String queue = spec.queue().name();
            if (failure instanceof BrokerException) {
                log.warn("taking from queue '{}' failed, it will be repeated: {}", queue, failure.getMessage());
                log.debug("taking from queue '{}' failed", queue, failure);
            } else {
                log.warn("taking from queue '{}' failed, it will be repeated", queue, failure);
            }
        });
    }

    private boolean fetch() throws InterruptedException {
        int room = lanes.awaitRoom(lane);
        if (room == 0) {
            return false;
        }
        handingOver.lock();
        try {
            Intake current = intake;
            List<Delivery> deliveries = current.poll(room, POLL);
            if (!deliveries.isEmpty()) {
                accept(current, deliveries);
            }
        } finally {
            handingOver.unlock();
        }
        return true;
    }

    private void accept(Intake from, List<Delivery> deliveries) {
        received.addAndGet(deliveries.size());
        long now = time.nanoTime();
        List<Held> fetched = new ArrayList<>(deliveries.size());
        for (Delivery delivery : deliveries) {
            counters.taken(delivery.deliveryCount());
            fetched.add(new Held(delivery, from, now));
        }
        boolean wanted = lanes.put(lane, fetched);
        // Heard only once they are in the lane, so that what is lost at once is found there.
        fetched.forEach(Held::listen);
        if (!wanted) {
            fetched.forEach(road::giveBack);
        }
    }

    /** How many were received so far. */
    long received() {
        return received.get();
    }

    Lane lane() {
        return lane;
    }

    /** Rests at the broker too, until there is room again: no more messages are reserved. */
    void rest() {
        intake.pause();
    }

    /**
     * For the watchdog: takes with a new consumer from now on. False when too many old ones are still in use, or when
     * nothing shall be fetched any more.
     */
    boolean replace() {
        if (!mayReplace()) {
            return false;
        }
        Intake fresh = new Intake(broker.consume(spec), lane);
        Optional<Intake> old = install(fresh);
        old.orElse(fresh).drain();
        if (old.isEmpty()) {
            // The worker was stopped meanwhile: nobody would poll it, and what it fetched would stay with it.
            fresh.close();
        }
        return old.isPresent();
    }

    private boolean mayReplace() {
        lock.lock();
        try {
            return !stopped && retired.size() < MOST_RETIRED;
        } finally {
            lock.unlock();
        }
    }

    /** What it takes the place of; empty when it came too late. */
    private Optional<Intake> install(Intake fresh) {
        lock.lock();
        try {
            if (stopped || retired.size() >= MOST_RETIRED) {
                return Optional.empty();
            }
            Intake old = intake;
            intake = fresh;
            retired.add(old);
            return Optional.of(old);
        } finally {
            lock.unlock();
        }
    }

    /** The queue may have been deleted. */
    private void declareAgainAndReplace() {
        queues.declare(spec.queue());
        replace();
    }

    /** Closes replaced consumers of which nothing is in hand any more. */
    void closeRetired() {
        List<Intake> unused = new ArrayList<>();
        lock.lock();
        try {
            retired.stream().filter(Intake::isUnused).forEach(unused::add);
            retired.removeAll(unused);
        } finally {
            lock.unlock();
        }
        unused.forEach(Intake::close);
    }

    /** Fetches no more; what the consumer holds and did not hand out goes back. Idempotent. */
    void stop() {
        signal.stop();
        Intake last;
        lock.lock();
        try {
            stopped = true;
            last = intake;
        } finally {
            lock.unlock();
        }
        last.drain();
    }

    /**
     * Waits until no delivery is between the broker and its lane. After {@link #stop} none will be any more, though the
     * thread may still wait for the broker to answer something else.
     */
    void awaitHandedOver() throws InterruptedException {
        handingOver.lockInterruptibly();
        handingOver.unlock();
    }

    /** Gives back everything that is still in hand, and ends the thread. After {@link #awaitHandedOver}. */
    void close() {
        List<Intake> all;
        lock.lock();
        try {
            all = new ArrayList<>(retired);
            retired.clear();
            all.add(intake);
        } finally {
            lock.unlock();
        }
        all.forEach(Intake::close);
        thread.interrupt();
    }

    /** Completes with the end of the thread. */
    CompletableFuture<Void> ended() {
        return ended;
    }
}
