package io.lovage.kafka;

import io.lovage.envelope.Envelope;
import io.lovage.kafka.Outgoing.Written;
import io.lovage.spi.BrokerException;
import io.lovage.spi.Delivery;
import io.lovage.spi.InboundMessage;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A delivery, whose record is acquired by a lane. Thread-safe. */
final class KafkaDelivery implements Delivery {
    private static final Logger log = LoggerFactory.getLogger(KafkaDelivery.class);

    private enum Stage {
        HELD,
        SETTLING,
        DONE
    }

    /** What settles it. */
    interface Keeper {
        String queue();

        /** Settles in the end by {@link #settled} or {@link #failed}. */
        void settle(KafkaDelivery delivery, Settlement how);

        /** Is out of the hands of whoever polled it. */
        void returned(KafkaDelivery delivery);
    }

    private final Keeper keeper;
    private final Lane lane;
    private final Taken taken;
    private final List<Runnable> onLost = new ArrayList<>(1);
    /* guarded by this */
    private Stage stage = Stage.HELD;
    private boolean lost;
    private @Nullable CompletableFuture<Settled> answer;
    private volatile @Nullable Envelope envelope;
    /* guarded by the lock of the consumer */
    boolean buffered;
    long handedOutAt;

    KafkaDelivery(Keeper keeper, Lane lane, Taken taken) {
        this.keeper = keeper;
        this.lane = lane;
        this.taken = taken;
    }

    Place place() {
        return taken.place();
    }

    Lane lane() {
        return lane;
    }

    int deliveriesByTheServer() {
        return taken.deliveries();
    }

    /** Read when it is first asked for; read twice, it is the same. */
    Envelope envelope() {
        Envelope known = envelope;
        if (known == null) {
            known = Envelope.read(taken.value());
            envelope = known;
        }
        return known;
    }

    /** The record as it is, for another place. */
    Written raw(String topic) {
        return Written.to(topic, taken.value());
    }

    @Override
    public InboundMessage message() {
        Envelope read = envelope();
        return new InboundMessage(read.message(), keeper.queue(), read.priority(), read.defect());
    }

    @Override
    public int deliveryCount() {
        return taken.deliveries() + envelope().countInHeader();
    }

    /** Whether it was handed out before: perhaps it is what its worker died of. */
    boolean isAgain() {
        return deliveryCount() > 1;
    }

    @Override
    public CompletionStage<Settled> settle(Settlement how) {
        CompletableFuture<Settled> promise = new CompletableFuture<>();
        boolean gone;
        synchronized (this) {
            if (stage != Stage.HELD) {
                throw new IllegalStateException("this delivery is being settled or was settled before (rule R3.5)");
            }
            gone = lost || !lane.holds(this);
            stage = gone ? Stage.DONE : Stage.SETTLING;
            if (!gone) {
                answer = promise;
            }
        }
        if (gone) {
            keeper.returned(this);
            return CompletableFuture.completedFuture(Settled.LEASE_LOST);
        }
        try {
            keeper.settle(this, how);
        } catch (RuntimeException e) {
            // Whatever went wrong, it is still held: it must not be stuck between being held and being settled.
            failed(KafkaErrors.doing("settle", e));
        }
        return promise;
    }

    /**
     * Takes it from whoever holds it, unless it is being settled: from now on it is lost to them.
     *
     * @return whether the caller has it now, to settle it in the end by {@link #settled}
     */
    boolean takeAway() {
        List<Runnable> actions;
        synchronized (this) {
            if (stage != Stage.HELD) {
                return false;
            }
            stage = Stage.SETTLING;
            actions = lost ? List.of() : List.copyOf(onLost);
            lost = true;
            onLost.clear();
        }
        actions.forEach(KafkaDelivery::run);
        return true;
    }

    /** The settlement has an answer, or never will have one. */
    void settled(Settled outcome) {
        CompletableFuture<Settled> promise;
        synchronized (this) {
            if (stage == Stage.SETTLING) {
                stage = Stage.DONE;
                lost = lost || outcome == Settled.LEASE_LOST;
            }
            onLost.clear();
            promise = answer;
            answer = null;
        }
        keeper.returned(this);
        if (promise != null) {
            promise.complete(outcome);
        }
    }

    /** Nothing was changed: it may be settled again, unless the lease was lost meanwhile. */
    void failed(BrokerException failure) {
        CompletableFuture<Settled> promise;
        boolean gone;
        synchronized (this) {
            gone = lost;
            stage = gone ? Stage.DONE : Stage.HELD;
            promise = answer;
            answer = null;
        }
        if (gone) {
            keeper.returned(this);
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

    @Override
    public void abandon() {
        lane.abandon(this);
        keeper.returned(this);
    }

    @Override
    public void onLost(Runnable action) {
        synchronized (this) {
            if (!lost) {
                if (stage != Stage.DONE) {
                    onLost.add(action);
                }
                return;
            }
        }
        run(action);
    }

    /** The lease is gone. A settlement that is under way hears of it by its answer. */
    void lost() {
        List<Runnable> actions;
        synchronized (this) {
            if (lost || stage == Stage.DONE) {
                return;
            }
            lost = true;
            if (stage == Stage.SETTLING) {
                return;
            }
            actions = List.copyOf(onLost);
            onLost.clear();
        }
        keeper.returned(this);
        actions.forEach(KafkaDelivery::run);
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            log.error("what was to be done about a lost lease failed", e);
        }
    }

    @Override
    public String toString() {
        return "Delivery[" + keeper.queue() + ", "
                + envelope().message().properties().correlationId().orElse("no id") + ", count " + deliveryCount()
                + "]";
    }
}
