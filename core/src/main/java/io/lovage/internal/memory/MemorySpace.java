package io.lovage.internal.memory;

import io.lovage.spi.LovageHeaders;
import io.lovage.spi.Message;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.TaskId;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a server would hold: the queues, the results and the clock that leases and delays follow (rule R4.6). Shared by
 * all connections of one name. Has no thread and no timer: what is due is found by whoever looks. Everything but the
 * reply addresses, the results and the broadcasts is guarded by {@link #lock}.
 */
final class MemorySpace {
    /** Longer than any task waits, and far from the end of a long of nanoseconds. */
    static final Duration LONGEST_DELAY = Duration.ofDays(36_500);

    final ReentrantLock lock = new ReentrantLock();
    final String name;
    final MemoryOptions options;
    final ResultStore results;
    final BroadcastHub broadcasts = new BroadcastHub();

    private final TimeSource clock;
    private final long origin;
    private final Map<String, MemoryQueue> queues = new HashMap<>();
    private final Map<String, Consumer<Message>> replies = new ConcurrentHashMap<>();
    private long sequence;

    /** The clock is that of the connection which comes first. */
    MemorySpace(String name, MemoryOptions options, TimeSource clock) {
        this.name = name;
        this.options = options;
        this.clock = clock;
        this.origin = clock.nanoTime();
        this.results = new ResultStore(this::nanos);
    }

    /** The age of this space: never negative, never going back. */
    long nanos() {
        return clock.nanoTime() - origin;
    }

    long nextSequence() {
        return sequence++;
    }

    @Nullable
    MemoryQueue find(String queue) {
        return queues.get(queue);
    }

    MemoryQueue get(String queue) {
        MemoryQueue found = queues.get(queue);
        if (found == null) {
            throw new QueueNotFoundException("there is no queue '" + queue + "'; declare it first");
        }
        return found;
    }

    MemoryQueue getOrCreate(String queue) {
        return queues.computeIfAbsent(queue, missing -> new MemoryQueue(missing, this));
    }

    @Nullable
    MemoryQueue remove(String queue) {
        return queues.remove(queue);
    }

    Duration leaseOf(QueueSpec queue) {
        return options.lease().orElse(queue.lease());
    }

    /** Moves a message to the dead-letter queue, with everything needed to send it again (rule R3.4). */
    void deadLetter(QueuedMessage dead, QueueSpec queue, String reason) {
        Map<String, @Nullable Object> headers = new LinkedHashMap<>(dead.message.headers());
        headers.put(LovageHeaders.DEAD_ID, TaskId.random().value());
        headers.put(LovageHeaders.DEAD_REASON, reason);
        headers.put(LovageHeaders.DEAD_QUEUE, queue.name());
        headers.put(LovageHeaders.DEAD_DELIVERY_COUNT, dead.deliveries());
        headers.put(LovageHeaders.DEAD_AT, clock.now().toString());
        Message message = new Message(headers, dead.message.properties(), dead.message.body());
        getOrCreate(queue.deadLetterQueue()).put(message, dead.priority, Duration.ZERO);
    }

    void listen(String address, Consumer<Message> listener) {
        replies.put(address, listener);
    }

    void unlisten(String address) {
        replies.remove(address);
    }

    /** Called without the lock. A reply that nobody listens for is dropped (rule R11.7). */
    void reply(String address, Message message) {
        Consumer<Message> listener = replies.get(address);
        if (listener != null) {
            listener.accept(message);
        }
    }
}
