package io.lovage.redis;

import io.lovage.envelope.Envelope;
import io.lovage.spi.BrokerException;
import io.lovage.spi.Delivery;
import io.lovage.spi.InboundMessage;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A delivery, whose lease is known to the server by an id that nobody else knows. Thread-safe. */
final class RedisDelivery implements Delivery {
    private static final Logger log = LoggerFactory.getLogger(RedisDelivery.class);

    private enum Stage {
        HELD,
        SETTLING,
        DONE
    }

    /** What hears of the end of deliveries, and settles them. */
    interface Keeper {
        QueueKeys queue();

        boolean celeryPriorities();

        /** Settles in the end by {@link #settled} or {@link #failed}. */
        void settle(RedisDelivery delivery, Settlement how);

        /** Settles what was never handed out, which does not count. */
        void giveBack(RedisDelivery delivery);

        /** They are out of this consumer's hands, by whatever way. */
        void forget(List<RedisDelivery> deliveries);
    }

    /** What came of the server. The arrays are not changed by anybody. */
    static final class Taken {
        private final byte[] id;
        private final char level;
        private final int count;
        private final byte[] raw;

        Taken(byte[] id, char level, int count, byte[] raw) {
            this.id = id;
            this.level = level;
            this.count = count;
            this.raw = raw;
        }
    }

    private final Keeper keeper;
    private final Session session;
    private final Taken taken;
    /* guarded by this */
    private List<Runnable> onLost = List.of();
    private Stage stage = Stage.HELD;
    private boolean lost;
    private @Nullable CompletableFuture<Settled> answer;
    /* guarded by the lock of Leases */
    long deadline;
    /** Whether a question to stretch it is not answered yet, and since when. */
    boolean asked;

    long askedAt;
    volatile boolean abandoned;
    private volatile @Nullable Envelope envelope;

    RedisDelivery(Keeper keeper, Session session, Taken taken) {
        this.keeper = keeper;
        this.session = session;
        this.taken = taken;
    }

    byte[] id() {
        return taken.id;
    }

    Session session() {
        return session;
    }

    /** Read when it is first asked for; read twice, it is the same. */
    Envelope envelope() {
        Envelope known = envelope;
        if (known == null) {
            known = Envelope.read(taken.raw);
            envelope = known;
        }
        return known;
    }

    @Override
    public InboundMessage message() {
        Envelope read = envelope();
        int priority =
                keeper.celeryPriorities() ? OutboundMessage.HIGHEST_PRIORITY - read.priority() : taken.level - '0';
        return new InboundMessage(read.message(), keeper.queue().name(), priority, read.defect());
    }

    @Override
    public int deliveryCount() {
        return taken.count + envelope().countInHeader();
    }

    @Override
    public CompletionStage<Settled> settle(Settlement how) {
        CompletableFuture<Settled> promise = new CompletableFuture<>();
        synchronized (this) {
            if (stage != Stage.HELD) {
                throw new IllegalStateException("this delivery is being settled or was settled before (rule R3.5)");
            }
            if (lost) {
                stage = Stage.DONE;
                return CompletableFuture.completedFuture(Settled.LEASE_LOST);
            }
            stage = Stage.SETTLING;
            answer = promise;
        }
        try {
            keeper.settle(this, how);
        } catch (RuntimeException e) {
            // Whatever went wrong, it is still held: it must not be stuck between being held and being settled.
            failed(RedisErrors.doing("settle", e));
        }
        return promise;
    }

    /**
     * Gives back what nobody has settled: from now on it is lost to whoever holds it. Completes when that is done, or
     * cannot be done.
     */
    CompletionStage<Void> giveBack(boolean handedOut) {
        CompletableFuture<Settled> promise = new CompletableFuture<>();
        List<Runnable> actions;
        synchronized (this) {
            if (stage != Stage.HELD || lost) {
                return CompletableFuture.completedFuture(null);
            }
            lost = true;
            answer = promise;
            actions = onLost;
            onLost = List.of();
        }
        actions.forEach(RedisDelivery::run);
        if (handedOut) {
            keeper.settle(this, Settlement.release(Duration.ZERO));
        } else {
            keeper.giveBack(this);
        }
        return promise.handle((outcome, ignored) -> null);
    }

    /** The settlement has an answer, or never will have one. */
    void settled(Settled outcome) {
        settled(List.of(this), index -> outcome);
    }

    /** The same for several of one consumer: there is room again for all of them before anybody hears of one. */
    static void settled(List<RedisDelivery> some, IntFunction<Settled> outcomes) {
        some.get(0).keeper.forget(some);
        for (int i = 0; i < some.size(); i++) {
            some.get(i).end(outcomes.apply(i));
        }
    }

    private void end(Settled outcome) {
        CompletableFuture<Settled> promise;
        synchronized (this) {
            if (stage == Stage.SETTLING) {
                stage = Stage.DONE;
                // A renewal may have found it gone because this settlement had just been applied.
                lost = outcome == Settled.LEASE_LOST || (lost && outcome == Settled.UNKNOWN);
            }
            onLost = List.of();
            promise = answer;
            answer = null;
        }
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
            keeper.forget(List.of(this));
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
        abandoned = true; // the next beat passes it over
    }

    @Override
    public void onLost(Runnable action) {
        synchronized (this) {
            if (!lost) {
                if (stage != Stage.DONE) {
                    onLost = with(action);
                }
                return;
            }
        }
        run(action);
    }

    private List<Runnable> with(Runnable action) {
        if (onLost.isEmpty()) {
            return List.of(action);
        }
        List<Runnable> more = new ArrayList<>(onLost);
        more.add(action);
        return more;
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
            actions = onLost;
            onLost = List.of();
        }
        actions.forEach(RedisDelivery::run);
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
        return "Delivery[" + keeper.queue().name() + ", "
                + envelope().message().properties().correlationId().orElse("no id") + ", count " + deliveryCount()
                + "]";
    }
}
