package io.lovage.kafka;

import io.lovage.spi.BrokerException;
import io.lovage.spi.PublishException;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One call of {@code publish}; it ends with the last of its records. Thread-safe. */
final class PublishCall {
    /**
     * What is known of it from the beginning.
     *
     * @param ids correlation ids, in order
     * @param topics that must exist for it
     * @param bytes of its records
     * @param begun when, and {@code deadline} until when it must be confirmed, by the clock that only goes forward
     */
    record Facts(List<String> ids, Set<String> topics, long bytes, long begun, long deadline) {}

    private final CompletableFuture<Void> promise = new CompletableFuture<>();
    private final Facts facts;
    private final Executor callbacks;
    private final Runnable whenOver;
    /** Which producer has its records; -1 while none has. */
    private volatile int generation = -1;

    /* guarded by this */
    private int missed;

    private final BitSet open;
    private final BitSet failed = new BitSet();
    private boolean over;
    private boolean retryable = true;
    private @Nullable BrokerException reason;

    /**
     * Begins.
     *
     * @param callbacks where the promise is completed
     * @param whenOver runs before that: whoever publishes again in a completion finds the room that this one had
     */
    PublishCall(Facts facts, Executor callbacks, Runnable whenOver) {
        this.facts = facts;
        this.callbacks = callbacks;
        this.whenOver = whenOver;
        this.open = new BitSet(facts.ids().size());
        open.set(0, facts.ids().size());
    }

    Facts facts() {
        return facts;
    }

    CompletableFuture<Void> promise() {
        return promise;
    }

    int generation() {
        return generation;
    }

    void sentBy(int producer) {
        generation = producer;
    }

    /** A topic of it is missing. One answer may come from a broker that has not heard of a new topic yet. */
    synchronized boolean isMissingAgain() {
        missed++;
        return missed == 2;
    }

    synchronized boolean isOver() {
        return over;
    }

    /** From now on this is why it failed, whatever its records say. */
    synchronized void blame(BrokerException why) {
        if (reason == null) {
            reason = why;
            retryable = why.retryable();
        }
    }

    void confirmed(int index) {
        synchronized (this) {
            open.clear(index);
            if (over || !open.isEmpty()) {
                return;
            }
            over = true;
        }
        end();
    }

    void failed(int index, BrokerException why) {
        synchronized (this) {
            open.clear(index);
            failed.set(index);
            blame(why);
            retryable &= why.retryable();
            if (over || !open.isEmpty()) {
                return;
            }
            over = true;
        }
        end();
    }

    /** Ends the call whatever is still under way. */
    void giveUp(BrokerException why) {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            failed.or(open);
            blame(why);
            retryable &= why.retryable();
        }
        end();
    }

    private void end() {
        whenOver.run();
        callbacks.execute(() -> {
            PublishException failure = failure();
            if (failure == null) {
                promise.complete(null);
            } else {
                promise.completeExceptionally(failure);
            }
        });
    }

    private synchronized @Nullable PublishException failure() {
        BrokerException why = reason;
        if (why == null || failed.isEmpty()) {
            return null;
        }
        return new PublishException(
                KafkaErrors.text(why),
                failed.stream().mapToObj(facts.ids()::get).toList(),
                retryable,
                why);
    }
}
