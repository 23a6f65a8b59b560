package io.lovage.internal.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slots: each is a thread that takes the next delivery from the lanes and leads it along its road. Thread-safe;
 * ends when the lanes are closed.
 */
final class Dispatcher {
    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private final Lanes lanes;
    private final DeliveryRoad road;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReferenceArray<@Nullable Held> running;

    Dispatcher(Lanes lanes, DeliveryRoad road, int slots, ThreadFactory factory) {
        this.lanes = lanes;
        this.road = road;
        this.running = new AtomicReferenceArray<>(slots);
        for (int slot = 0; slot < slots; slot++) {
            int number = slot;
            threads.add(factory.newThread(() -> serve(number)));
        }
    }

    void start() {
        threads.forEach(Thread::start);
    }

    private void serve(int slot) {
        Held held = take();
        while (held != null) {
            running.set(slot, held);
            travel(held);
            running.set(slot, null);
            held = take();
        }
    }

    /** What gets here could not even be left behind; most likely there is no memory. The slot goes on. */
    private void travel(Held held) {
        try {
            road.travel(held);
        } catch (Throwable e) {
            Survival.tell(() -> log.error(
                    "{} could not give up a delivery", Thread.currentThread().getName(), e));
        }
    }

    /**
     * The next delivery; null when it is over. A slot ends with its lanes and in no other way. An interrupt that
     * reaches it between two tasks was meant for a task, by somebody who kept the handler's thread for too long:
     * heeded, it would cost the worker a slot for good.
     */
    private @Nullable Held take() {
        while (true) {
            try {
                return lanes.take();
            } catch (InterruptedException e) { // which has cleared the flag
                log.warn(
                        "{} was interrupted while no task ran on it; it goes on",
                        Thread.currentThread().getName());
            } catch (OutOfMemoryError e) { // even waiting needs some
                Survival.tell(
                        () -> log.error("{} goes on", Thread.currentThread().getName(), e));
            }
        }
    }

    /** Interrupts every handler that runs now, and says how many. */
    int interruptRunning() {
        List<Held> interrupted = taken();
        interrupted.forEach(held -> held.thread().interrupt(HandlerThread.Reason.SHUTDOWN));
        return interrupted.size();
    }

    /**
     * Whose handlers run now. A slot forgets its delivery a moment after that was settled, so it is the handler that
     * counts; also one that has lost its lease.
     */
    List<Held> busy() {
        return taken().stream().filter(held -> held.thread().isBusy()).toList();
    }

    private List<Held> taken() {
        List<Held> found = new ArrayList<>();
        for (int slot = 0; slot < running.length(); slot++) {
            Held held = running.get(slot);
            if (held != null) {
                found.add(held);
            }
        }
        return found;
    }

    /** Waits for the slots to end. A handler that stops its own worker does not wait for itself. */
    void join() throws InterruptedException {
        for (Thread thread : threads) {
            if (thread != Thread.currentThread()) {
                thread.join();
            }
        }
    }
}
