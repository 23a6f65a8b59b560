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

/**
 * A delivery. It begins bound to the channel it came over; one that is held for long is moved to a copy in the holding
 * queue, and the lease is from then on that of the copy. Thread-safe; its lock comes before that of a {@link HeldCopy}.
 */
final class RabbitDelivery extends Tagged implements Delivery, InHand.Entry {
    private enum Stage {
        /** It came, and nobody was handed it: only the consumer itself may give it back. */
        FETCHED,
        /** In hand. */
        HELD,
        /** In hand, while its copy takes the place of the original; a settlement waits for that. */
        MOVING,
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

    private final Generation generation;
    private final Settling settling;
    private final AMQP.BasicProperties properties;
    private final Bytes body;
    private final int count;
    private final long arrivedNanos;
    private final AtomicBoolean abandoned = new AtomicBoolean();
    private final List<Runnable> onLost = new ArrayList<>(1);
    /* guarded by this */
    private Stage stage = Stage.FETCHED;
    private boolean lost;
    private boolean overdue;
    private @Nullable CompletableFuture<Settled> answer;
    private @Nullable Settlement waiting;
    /** Written with this locked. */
    private volatile @Nullable HeldCopy copy;

    private volatile boolean inHand = true;
    private volatile Frame frame = Frame.ACK;
    private volatile @Nullable InboundMessage message;

    /** What came over the channel. */
    record Arrived(long tag, AMQP.BasicProperties properties, Bytes body) {}

    RabbitDelivery(Generation generation, Settling settling, Arrived arrived, int count) {
        super(arrived.tag());
        this.generation = generation;
        this.settling = settling;
        this.properties = arrived.properties();
        this.body = arrived.body();
        this.count = count;
        this.arrivedNanos = settling.time().nanoTime();
    }

    /** Whether it came before that moment of the clock. */
    boolean isOlderThan(long nanos) {
        return arrivedNanos - nanos < 0;
    }

    /** Whether its channel still knows it. */
    @Override
    public boolean isInHand() {
        return inHand;
    }

    /** Somebody gets it, and settles it from now on. */
    synchronized void handOut() {
        if (stage == Stage.FETCHED) {
            stage = Stage.HELD;
        }
    }

    synchronized boolean isHandedOut() {
        return stage != Stage.FETCHED;
    }

    /** Whether a copy in the holding queue stands for it. */
    boolean isHandedOver() {
        return copy != null;
    }

    Generation generation() {
        return generation;
    }

    private void leaveHand() {
        inHand = false;
        generation.forget(this);
    }

    /** Whether the server would count one release too many. */
    boolean isNearServerLimit(int limit) {
        return Amqp.countByServer(properties).orElse(0) + 1 >= limit;
    }

    boolean isOf(Generation other) {
        return generation == other;
    }

    @Override
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
        synchronized (this) {
            if (answer != null || (stage != Stage.HELD && stage != Stage.MOVING)) {
                throw new IllegalStateException("this delivery is being settled or was settled before (rule R3.5)");
            }
            if (isGone()) {
                stage = Stage.DONE;
                return CompletableFuture.completedFuture(Settled.LEASE_LOST);
            }
            answer = promise;
            if (stage == Stage.MOVING) {
                waiting = how;
                return promise;
            }
            stage = Stage.PUBLISHING;
        }
        begin(how);
        return promise;
    }

    /** With this locked. */
    private boolean isGone() {
        HeldCopy held = copy;
        return lost || (held == null ? generation.isLost() : held.isOver());
    }

    private void begin(Settlement how) {
        CompletionStage<Void> first;
        try {
            first = settling.before(this, how);
        } catch (RuntimeException e) {
            // Whatever went wrong, it is still held: it must not be stuck between being held and being settled.
            failed(e);
            return;
        }
        if (first == null) {
            finish(how instanceof Settlement.Release ? Frame.RELEASE : Frame.ACK);
            return;
        }
        // What replaces the original is held by the broker before the original is let go (rule R3.8).
        first.whenComplete((ignored, failure) -> {
            if (failure == null) {
                finish(Frame.ACK);
            } else {
                failed(failure);
            }
        });
    }

    private void finish(Frame said) {
        synchronized (this) {
            stage = Stage.FINISHING;
            frame = said;
        }
        HeldCopy held = copy;
        if (held == null) {
            generation.settle(this);
        } else {
            held.settle();
        }
    }

    /**
     * Begins to put a copy into the place of the original; false when that is not to be. What nobody was handed is not
     * moved: nobody would ever settle the copy, and it would be renewed for as long as the consumer lives.
     */
    synchronized boolean beginMove() {
        if (stage != Stage.HELD || copy != null || isGone()) {
            return false;
        }
        stage = Stage.MOVING;
        return true;
    }

    /** The original is about to be acknowledged, and the end of its channel does not concern this delivery any more. */
    void letGo() {
        leaveHand();
    }

    /**
     * Ends what {@link #beginMove} began; a settlement that came meanwhile goes on, and may block.
     *
     * @param replacement what stands for this delivery now; null when the original still does
     * @return false when the lease was lost meanwhile
     */
    boolean endMove(@Nullable HeldCopy replacement) {
        Settlement next;
        CompletableFuture<Settled> refused = null;
        boolean tooLate;
        boolean abandonedLongAgo;
        synchronized (this) {
            if (stage != Stage.MOVING) {
                return false;
            }
            copy = replacement;
            next = waiting;
            waiting = null;
            tooLate = isGone();
            abandonedLongAgo = overdue;
            if (tooLate) {
                refused = answer;
                answer = null;
                stage = refused == null ? Stage.HELD : Stage.DONE;
            } else {
                stage = next == null ? Stage.HELD : Stage.PUBLISHING;
            }
        }
        if (refused != null) {
            refused.complete(Settled.LEASE_LOST);
        }
        if (tooLate) {
            return false;
        }
        if (next != null) {
            begin(next);
        } else if (abandonedLongAgo) {
            leaseOver();
        }
        return true;
    }

    /** Nothing was changed: it may be settled again, unless the lease was lost meanwhile. */
    private void failed(Throwable failure) {
        CompletableFuture<Settled> promise;
        boolean gone;
        boolean abandonedLongAgo;
        synchronized (this) {
            promise = answer;
            answer = null;
            abandonedLongAgo = overdue;
            gone = isGone();
            stage = gone ? Stage.DONE : Stage.HELD;
        }
        if (promise == null) {
            return;
        }
        if (gone) {
            promise.complete(Settled.LEASE_LOST);
        } else {
            promise.completeExceptionally(failure);
            if (abandonedLongAgo) {
                leaseOver();
            }
        }
    }

    @Override
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
        leaveHand();
        if (promise != null) {
            promise.complete(outcome);
        }
    }

    /** Settles what nobody was handed; nobody hears what becomes of it. */
    void settleUnheard(Frame said) {
        synchronized (this) {
            if (stage != Stage.FETCHED) {
                return;
            }
            stage = Stage.FINISHING;
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
        Runnable end = endLease();
        if (end != null) {
            end.run();
        }
    }

    /**
     * The lease is over, unless a settlement came first or somebody else ended it. What is decided here is decided for
     * all: from now on nobody can settle, so that the channel is told of this delivery once.
     *
     * @return what is to be done for it, by whoever got it; null when nothing is, or not yet
     */
    synchronized @Nullable Runnable endLease() {
        overdue = true;
        if (stage != Stage.HELD || lost) {
            return null;
        }
        frame = Frame.RELEASE;
        List<Runnable> actions = lose();
        HeldCopy held = copy;
        return () -> {
            actions.forEach(Runnable::run);
            if (held == null) {
                generation.settle(this);
            } else {
                held.sendHome();
            }
        };
    }

    /** With this locked. Returns whom to tell. */
    private List<Runnable> lose() {
        lost = true;
        List<Runnable> actions = List.copyOf(onLost);
        onLost.clear();
        return actions;
    }

    /** What was abandoned is not moved: it is given back early, before it ends the channel for everything else. */
    boolean endIfAbandoned() {
        if (!abandoned.get()) {
            return false;
        }
        leaseOver();
        return true;
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
                if (!isGone()) {
                    return;
                }
            }
        }
        if (toldBefore) {
            action.run();
        } else {
            // The lease is lost, and its telling may come yet: whoever is first tells everybody, the other nobody.
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
            actions = lose();
        }
        actions.forEach(Runnable::run);
    }
}
