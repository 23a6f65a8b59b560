package io.lovage.redis;

import io.lovage.spi.BrokerException;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.PublishException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One call of {@code publish}: its parts go different ways, and it ends with the last of them. Thread-safe. */
final class PublishCall {
    private final CompletableFuture<Void> promise = new CompletableFuture<>();
    private final List<OutboundMessage> messages;
    private final long deadline;
    /* guarded by this */
    private final BitSet unconfirmed;
    private final BitSet failed = new BitSet();
    private @Nullable BrokerException firstFailure;
    private boolean retryable = true;

    PublishCall(List<OutboundMessage> messages, long deadline) {
        this.messages = messages;
        this.deadline = deadline;
        this.unconfirmed = new BitSet(messages.size());
        unconfirmed.set(0, messages.size());
    }

    /** Some messages of one call, in their order, that go the same way. */
    static final class Part {
        private final PublishCall call;
        private final List<Integer> indexes = new ArrayList<>();
        private final List<byte[]> arguments = new ArrayList<>();
        private long bytes;

        Part(PublishCall call) {
            this.call = call;
        }

        void add(int index, byte[]... some) {
            indexes.add(index);
            for (byte[] argument : some) {
                arguments.add(argument);
                bytes += argument.length;
            }
        }

        PublishCall call() {
            return call;
        }

        List<byte[]> arguments() {
            return arguments;
        }

        int size() {
            return indexes.size();
        }

        long bytes() {
            return bytes;
        }
    }

    CompletableFuture<Void> promise() {
        return promise;
    }

    int size() {
        return messages.size();
    }

    long deadline() {
        return deadline;
    }

    boolean isOver() {
        return promise.isDone();
    }

    /** The server has answered, or never will. */
    void finished(Part part, @Nullable BrokerException failure) {
        boolean last;
        synchronized (this) {
            for (int index : part.indexes) {
                unconfirmed.clear(index);
                if (failure != null) {
                    failed.set(index);
                }
            }
            if (failure != null) {
                firstFailure = firstFailure == null ? failure : firstFailure;
                retryable &= failure.retryable();
            }
            last = unconfirmed.isEmpty();
        }
        if (last) {
            end(null);
        }
    }

    /** Ends the call whatever is still under way. */
    void giveUp(BrokerException reason) {
        synchronized (this) {
            if (unconfirmed.isEmpty()) {
                return;
            }
            failed.or(unconfirmed);
            firstFailure = firstFailure == null ? reason : firstFailure;
            retryable &= reason.retryable();
        }
        end(reason);
    }

    private void end(@Nullable BrokerException reason) {
        PublishException failure;
        synchronized (this) {
            BrokerException first = reason == null ? firstFailure : reason;
            failure = first == null
                    ? null
                    : new PublishException(RedisErrors.text(first), ids(failed.stream()), retryable, firstFailure);
        }
        if (failure == null) {
            promise.complete(null);
        } else {
            promise.completeExceptionally(failure);
        }
    }

    private List<String> ids(IntStream indexes) {
        return indexes.mapToObj(messages::get).map(PublishCall::id).toList();
    }

    static String id(OutboundMessage message) {
        return message.message().properties().correlationId().orElse("(no id)");
    }

    /** Nothing was sent. */
    static CompletableFuture<Void> refused(
            List<OutboundMessage> messages, String why, @Nullable BrokerException cause) {
        return CompletableFuture.failedFuture(new PublishException(
                why, messages.stream().map(PublishCall::id).toList(), cause != null && cause.retryable(), cause));
    }
}
