package io.lovage.internal.worker;

import io.lovage.internal.wire.TaskMessage;
import io.lovage.spi.Delivery;
import io.lovage.spi.Fence;
import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.QueueSpec;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One delivery in this worker's hands, from the poll until it is settled or lost. Thread-safe.
 *
 * <p>Whoever wants to settle must win {@link #beginSettling}, so that a shutdown, a late outcome and a lost lease never
 * settle twice (rule R3.5), and nothing is written once the lease is lost (rule R4.4).
 */
final class Held {
    private enum Phase {
        OURS,
        SETTLING,
        LOST,
        GONE
    }

    /** Where a delivery came from and where its place is given back. */
    interface Source {
        QueueSpec queue();

        QueueCapabilities capabilities();

        /** The lease was lost; called once, on a thread of the consumer. */
        void lost(Held held);

        /** Nothing is left to do for it: its place is free. Called once. */
        void gone(Held held);
    }

    private final Delivery delivery;
    private final Source source;
    private final long takenAtNanos;
    private final HandlerThread thread = new HandlerThread();
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.OURS);
    private volatile boolean refused;
    private volatile boolean overdue;
    private volatile @Nullable Running running;
    private volatile @Nullable TaskStory story;

    /** The task whose handler runs, or is about to. */
    record Running(TaskMessage task, Instant since) {}

    Held(Delivery delivery, Source source, long takenAtNanos) {
        this.delivery = delivery;
        this.source = source;
        this.takenAtNanos = takenAtNanos;
    }

    /** From now on the loss of the lease is heard; at once, when it is lost already. */
    void listen() {
        delivery.onLost(this::lose);
    }

    Delivery delivery() {
        return delivery;
    }

    QueueSpec queue() {
        return source.queue();
    }

    QueueCapabilities capabilities() {
        return source.capabilities();
    }

    int deliveryCount() {
        return delivery.deliveryCount();
    }

    Fence fence(int retries) {
        return new Fence(retries, delivery.deliveryCount());
    }

    long takenAtNanos() {
        return takenAtNanos;
    }

    /** The thread that runs its handler, if any does. */
    HandlerThread thread() {
        return thread;
    }

    /** The result backend has refused its outcome: somebody else has, or had, this task. */
    void refused() {
        refused = true;
    }

    boolean wasRefused() {
        return refused;
    }

    /** How its task ends was decided while its handler runs: it keeps its place until that has ended, too. */
    void overdue() {
        overdue = true;
    }

    boolean isOverdue() {
        return overdue;
    }

    void runs(TaskMessage task, Instant since) {
        running = new Running(task, since);
    }

    /** The task that was admitted, if it was. */
    Optional<Running> running() {
        return Optional.ofNullable(running);
    }

    /** Somebody wants to hear of this delivery. */
    void begin(TaskStory own) {
        story = own;
    }

    /** For those who want to hear of it, if there are any. */
    void tell(Consumer<TaskStory> part) {
        TaskStory own = story;
        if (own != null) {
            part.accept(own);
        }
    }

    /** Whether something may still be written for this delivery. */
    boolean ours() {
        return phase.get() == Phase.OURS;
    }

    /** True for the one who may settle now. */
    boolean beginSettling() {
        return phase.compareAndSet(Phase.OURS, Phase.SETTLING);
    }

    /** The broker changed nothing: it may be settled again. */
    void settlingFailed() {
        phase.compareAndSet(Phase.SETTLING, Phase.OURS);
    }

    /** Told by the broker, before or in the answer to a settlement. */
    void lose() {
        Phase before = phase.getAndUpdate(p -> p == Phase.GONE ? Phase.GONE : Phase.LOST);
        if (before == Phase.OURS || before == Phase.SETTLING) {
            source.lost(this);
        }
    }

    /** Whoever finds that he may not settle: ends it if the lease was lost, leaves it to the other one otherwise. */
    void endIfLost() {
        if (phase.get() == Phase.LOST) {
            end();
        }
    }

    /** Ends it; the place is given back. */
    void end() {
        if (phase.getAndSet(Phase.GONE) == Phase.GONE) {
            return;
        }
        if (overdue) {
            thread.afterwards(() -> source.gone(this));
        } else {
            source.gone(this);
        }
    }
}
