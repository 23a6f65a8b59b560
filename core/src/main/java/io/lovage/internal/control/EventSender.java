package io.lovage.internal.control;

import io.lovage.internal.wire.PlainJson;
import io.lovage.internal.wire.ProcessName;
import io.lovage.spi.Broadcasts;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import io.lovage.spi.TimeSource;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends events in Celery's format. Events of the worker go at once; events of tasks are put into a bounded buffer and
 * written and sent by another thread, as many together as there are: a slot pays for making the entry alone. What does
 * not fit is dropped and counted (rule R13.4). Thread-safe.
 */
public final class EventSender {
    private static final Logger log = LoggerFactory.getLogger(EventSender.class);
    private static final int MOST_WAITING = 10_000;
    private static final int MOST_TOGETHER = 100;
    private static final double NANOS = 1e9;
    private static final int SECONDS_OF_HOUR = 3_600;
    private static final Optional<String> JSON = Optional.of("application/json");
    private static final Optional<String> UTF_8 = Optional.of("utf-8");

    private final BlockingQueue<Map<String, @Nullable Object>> buffer = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicBoolean draining = new AtomicBoolean();
    private final AtomicBoolean dropSaid = new AtomicBoolean();
    private final LongAdder dropped = new LongAdder();
    private final Broadcasts broadcasts;
    private final NodeName node;
    private final ProcessName process;
    private final LogicalClock clock;
    private final TimeSource time;
    private final Executor executor;
    private volatile boolean ofTasks;

    /** {@code executor} writes and sends the events of tasks; it may refuse when all is over. */
    EventSender(Means means, boolean ofTasks) {
        this.broadcasts = means.broadcasts();
        this.node = means.node();
        this.process = means.process();
        this.clock = means.clock();
        this.time = means.time();
        this.executor = means.executor();
        this.ofTasks = ofTasks;
    }

    /** What a sender works with. */
    record Means(
            Broadcasts broadcasts,
            NodeName node,
            ProcessName process,
            LogicalClock clock,
            TimeSource time,
            Executor executor) {
        Means with(Executor other) {
            return new Means(broadcasts, node, process, clock, time, other);
        }
    }

    /** Whether events of tasks are wanted; ask before making one. */
    public boolean ofTasks() {
        return ofTasks;
    }

    /** False when nothing has changed by it. */
    boolean switchTasks(boolean on) {
        boolean changes = ofTasks != on;
        ofTasks = on;
        return changes;
    }

    /** An event of the worker: {@code worker-heartbeat}. */
    void worker(String type, Map<String, @Nullable Object> fields) {
        Map<String, @Nullable Object> event = event(type, fields);
        send(type.replaceFirst("-", "."), event);
    }

    /** An event of a task: {@code task-received}. */
    public void task(String type, Map<String, @Nullable Object> fields) {
        if (buffer.offer(event(type, fields))) {
            drainSoon();
        } else {
            dropped(1);
        }
    }

    private Map<String, @Nullable Object> event(String type, Map<String, @Nullable Object> fields) {
        Instant now = time.now();
        Map<String, @Nullable Object> event = new LinkedHashMap<>();
        event.put("hostname", node.value());
        event.put("utcoffset", hoursWestOfUtc(now));
        event.put("pid", process.pid());
        event.put("clock", clock.forward());
        event.putAll(fields);
        event.put("timestamp", seconds(now));
        event.put("type", type);
        return event;
    }

    /** As Python's {@code time.timezone // 3600}: receivers shift the timestamp by the difference to their own. */
    private static int hoursWestOfUtc(Instant now) {
        int east = ZoneId.systemDefault().getRules().getOffset(now).getTotalSeconds();
        return Math.floorDiv(-east, SECONDS_OF_HOUR);
    }

    static double seconds(Instant time) {
        return time.getEpochSecond() + time.getNano() / NANOS;
    }

    private void drainSoon() {
        if (draining.compareAndSet(false, true)) {
            executor.execute(this::drain);
        }
    }

    private void drain() {
        try {
            sendBuffered();
        } finally {
            draining.set(false);
        }
        if (!buffer.isEmpty()) {
            drainSoon();
        }
    }

    /** What has gathered goes now. */
    void sendBuffered() {
        List<Map<String, @Nullable Object>> together = new ArrayList<>();
        while (buffer.drainTo(together, MOST_TOGETHER) > 0) {
            if (!send("task.multi", together)) {
                dropped(together.size() - 1); // one of them was counted as the message
            }
            together.clear();
        }
    }

    private boolean send(String key, Object body) {
        boolean sent = false;
        try {
            Message message = new Message(
                    Map.of("hostname", node.value()),
                    new MessageProperties(JSON, UTF_8, Optional.empty(), Optional.empty(), false),
                    PlainJson.write("an event", body));
            sent = broadcasts.send(new Broadcasts.Target.Event(key), message);
        } catch (RuntimeException e) { // whatever it is: tasks go on without their events
            log.error("a fault of Lovage: an event could not be sent", e);
        }
        if (!sent) {
            dropped(1);
        }
        return sent;
    }

    private void dropped(int count) {
        dropped.add(count);
        if (dropSaid.compareAndSet(false, true)) {
            log.warn("an event could not be sent and was dropped; further ones are counted only");
        }
    }

    long dropped() {
        return dropped.sum();
    }
}
