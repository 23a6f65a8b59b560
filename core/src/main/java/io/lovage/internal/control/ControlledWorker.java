package io.lovage.internal.control;

import io.lovage.WorkerStats;
import io.lovage.internal.wire.TaskMessage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A worker as remote control sees it. Thread-safe; everything answers at once, unless it says otherwise. */
public interface ControlledWorker {
    /**
     * A task in this worker's hands.
     *
     * @param since when its handler was begun; empty for one that waits
     */
    record InHand(TaskMessage task, String queue, int priority, boolean redelivered, Optional<Instant> since) {}

    /** Whose handlers run now. */
    List<InHand> active();

    /** What was fetched and waits for a slot. */
    List<InHand> reserved();

    /** The names of the tasks that have a handler, sorted. */
    List<String> registered();

    /** How often the handler of each task was begun. */
    Map<String, Long> begun();

    /** The names of the queues it takes from. */
    List<String> queues();

    int concurrency();

    int prefetch();

    WorkerStats stats();

    /** What the broker is called. */
    String broker();

    /** Begins to stop with its usual grace. Does not wait. */
    void stopSoon();

    /** Takes from one more queue; false when it does so already. May wait for the broker. */
    boolean addQueue(String name);

    /** Takes from a queue no more; what it has in hand of it goes on. False when it does not take from it. */
    boolean cancelQueue(String name);
}
