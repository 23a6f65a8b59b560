package io.lovage.internal.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The slots: each is a thread that takes the next delivery from the lanes and leads it along its road. Thread-safe;
 * ends when the lanes are closed.
 */
final class Dispatcher {
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
        try {
            Held held = lanes.take();
            while (held != null) {
                running.set(slot, held);
                travel(held);
                running.set(slot, null);
                held = lanes.take();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // somebody wants this thread to end: it ends
        }
    }

    private void travel(Held held) {
        try {
            road.travel(held);
        } catch (Throwable e) { // the last resort of the worker's boundary: the slot goes on
            road.leaveBehind(held, e);
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
