package io.lovage.rabbitmq;

import com.rabbitmq.client.AMQP;
import io.lovage.spi.Bytes;
import io.lovage.spi.Delivery;
import io.lovage.spi.InboundMessage;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A delivery that is bound to the channel it came over. Thread-safe. */
final class RabbitDelivery implements Delivery {
    private enum Stage {
        /** In hand. */
        HELD,
        /** A settlement waits until its messages are held by the broker. */
        PUBLISHING,
        /** What remains is one frame. */
        FINISHING,
        DONE
    }

    /** What the one frame says. */
    enum Frame {
        ACK,
        /** Given back to the head of the queue. */
        RELEASE
    }

    /** Only the {@link Generation} touches it, while this delivery waits to be written. */
    @Nullable
    RabbitDelivery nextPending;

    private final Generation generation;
    private final Settling settling;
    private final AMQP.BasicProperties properties;
    private final Bytes body;
    private final long tag;
    private final int count;
    private final AtomicBoolean abandoned = new AtomicBoolean();
    private final List<Runnable> onLost = new ArrayList<>(1);
    /* guarded by this */
    private Stage stage = Stage.HELD;
    private boolean lost;
    private @Nullable CompletableFuture<Settled> answer;
    private volatile Frame frame = Frame.ACK;
    private volatile @Nullable InboundMessage message;

    /** What came over the channel. */
    record Arrived(long tag, AMQP.BasicProperties properties, Bytes body) {}

    RabbitDelivery(Generation generation, Settling settling, Arrived arrived, int count) {
        this.generation = generation;
        this.settling = settling;
        this.properties = arrived.properties();
        this.body = arrived.body();
        this.tag = arrived.tag();
        this.count = count;
    }

    long tag() {
        return tag;
    }

    /** Whether the server would count one release too many. */
    boolean isNearServerLimit(int limit) {
        return Amqp.countByServer(properties).orElse(0) + 1 >= limit;
    }

    boolean isOf(Generation other) {
        return generation == other;
    }

    boolean isReleasing() {
        return frame == Frame.RELEASE;
    }

    /** Made when it is first asked for; made twice, it is the same. */
    @Override
    public InboundMessage message() {
        InboundMessage known = message;
        if (known == null) {
            known = InboundMessage.of(
                    Amqp.message(properties, body), settling.queue().name(), Amqp.priority(properties));
            message = known;
        }
        return known;
    }

    @Override
    public int deliveryCount() {
        return count;
    }

    @Override
    public CompletionStage<Settled> settle(Settlement how) {
        CompletableFuture<Settled> promise = new CompletableFuture<>();
        CompletionStage<Void> first;
        synchronized (this) {
            if (stage != Stage.HELD) {
                throw new IllegalStateException("this delivery is being settled or was settled before (rule R3.5)");
            }
            if (lost || generation.isLost()) {
                stage = Stage.DONE;
                return CompletableFuture.completedFuture(Settled.LEASE_LOST);
            }
            stage = Stage.PUBLISHING;
            answer = promise;
        }
        try {
            first = settling.before(this, how);
        } catch (RuntimeException e) {
            // Whatever went wrong, it is still held: it must not be stuck between being held and being settled.
            failed(e);
            return promise;
        }
        if (first == null) {
            finish(how instanceof Settlement.Release ? Frame.RELEASE : Frame.ACK);
        } else {
            // What replaces the original is held by the broker before the original is let go (rule R3.8).
            first.whenComplete((ignored, failure) -> {
                if (failure == null) {
                    finish(Frame.ACK);
                } else {
                    failed(failure);
                }
            });
        }
        return promise;
    }

    private void finish(Frame said) {
        synchronized (this) {
            stage = Stage.FINISHING;
            frame = said;
        }
        generation.settle(this);
    }

    /** Nothing was changed: it may be settled again, unless the lease was lost meanwhile. */
    private void failed(Throwable failure) {
        CompletableFuture<Settled> promise;
        boolean gone;
        synchronized (this) {
            promise = answer;
            answer = null;
            gone = lost || generation.isLost();
            stage = gone ? Stage.DONE : Stage.HELD;
        }
        if (promise == null) {
            return;
        }
        if (gone) {
            promise.complete(Settled.LEASE_LOST);
        } else {
            promise.completeExceptionally(failure);
        }
    }

    /** The frame was written, or never will be. */
    void finished(Settled outcome) {
        CompletableFuture<Settled> promise;
        synchronized (this) {
            if (stage == Stage.FINISHING) {
                stage = Stage.DONE;
            }
            promise = answer;
            answer = null;
            onLost.clear();
        }
        generation.forget(this);
        if (promise != null) {
            promise.complete(outcome);
        }
    }

    /** Settles what nobody was handed; nobody hears what becomes of it. */
    void settleUnheard(Frame said) {
        synchronized (this) {
            if (stage != Stage.HELD) {
                return;
            }
        }
        finish(said);
    }

    /**
     * A lease of RabbitMQ does not run out by itself while the connection lives, so the consumer gives the message back
     * when the queue's lease is over: until then it may still be settled.
     */
    @Override
    public void abandon() {
        if (abandoned.compareAndSet(false, true)) {
            settling.time().after(settling.queue().lease(), this::leaseOver);
        }
    }

    private void leaseOver() {
        synchronized (this) {
            if (stage != Stage.HELD || lost) {
                return;
            }
            frame = Frame.RELEASE;
        }
        lost();
        generation.settle(this);
    }

    @Override
    public void onLost(Runnable action) {
        boolean toldBefore;
        synchronized (this) {
            if (stage == Stage.FINISHING || stage == Stage.DONE) {
                return;
            }
            toldBefore = lost;
            if (!lost) {
                onLost.add(action);
                if (generation.listen(this)) {
                    return;
                }
            }
        }
        generation.forget(this);
        if (toldBefore) {
            action.run();
        } else {
            // The generation is lost, and its telling may come yet: whoever is first tells everybody, the other nobody.
            lost();
        }
    }

    /** The lease is gone. A settlement that is only a frame away hears of it by its answer. */
    void lost() {
        List<Runnable> actions;
        synchronized (this) {
            if (lost || stage == Stage.FINISHING || stage == Stage.DONE) {
                return;
            }
            lost = true;
            actions = List.copyOf(onLost);
            onLost.clear();
        }
        actions.forEach(Runnable::run);
    }
}
