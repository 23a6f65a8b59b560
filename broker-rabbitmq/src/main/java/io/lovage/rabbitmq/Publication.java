package io.lovage.rabbitmq;

import io.lovage.spi.OutboundMessage;
import io.lovage.spi.PublishException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One call of {@code publish}: done when each of its messages is confirmed or has failed. Thread-safe; each message is
 * resolved exactly once, by whoever takes its slot out of the {@link ConfirmWindow}.
 */
final class Publication {
    /**
     * Why a message is not confirmed.
     *
     * @param retryable whether the same message may be confirmed later
     */
    record Failure(
            String reason, boolean retryable, @Nullable Throwable cause) {}

    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final Map<Integer, Failure> failures = new TreeMap<>();
    private final AtomicInteger open;
    private final List<OutboundMessage> messages;
    private final long deadlineNanos;

    Publication(List<OutboundMessage> messages, long deadlineNanos) {
        this.messages = messages;
        this.deadlineNanos = deadlineNanos;
        this.open = new AtomicInteger(messages.size());
    }

    CompletableFuture<Void> done() {
        return done;
    }

    /** By the clock's {@code nanoTime}. */
    long deadlineNanos() {
        return deadlineNanos;
    }

    List<OutboundMessage> messages() {
        return messages;
    }

    /** Returns whether that was the last open message: the caller then calls {@link #complete}. */
    boolean confirmed() {
        return open.decrementAndGet() == 0;
    }

    /** Returns whether that was the last open message: the caller then calls {@link #complete}. */
    boolean failed(int index, Failure failure) {
        synchronized (failures) {
            failures.put(index, failure);
        }
        return open.decrementAndGet() == 0;
    }

    /** Everything from {@code index} on was never written. */
    boolean failedFrom(int index, Failure failure) {
        boolean last = false;
        for (int i = index; i < messages.size(); i++) {
            last = failed(i, failure);
        }
        return last;
    }

    /** Tells the caller. Runs whatever depends on it, so not on a thread that reads from the broker. */
    void complete() {
        synchronized (failures) {
            if (!failures.isEmpty()) {
                done.completeExceptionally(exception());
                return;
            }
        }
        done.complete(null);
    }

    private PublishException exception() {
        Failure first = failures.values().iterator().next();
        boolean retryable = failures.values().stream().allMatch(Failure::retryable);
        List<String> ids =
                failures.keySet().stream().map(index -> id(messages.get(index))).toList();
        return new PublishException(first.reason(), ids, retryable, first.cause());
    }

    static String id(OutboundMessage message) {
        return message.message().properties().correlationId().orElse("(no correlation id)");
    }
}
