package io.lovage.rabbitmq;

import io.lovage.rabbitmq.RabbitConsumer.Surroundings;
import io.lovage.spi.Settled;
import io.lovage.spi.TimeSource.Timer;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * What of a consumer's deliveries has been in hand for half of {@code consumer_timeout}, and is handed over before the
 * server ends their channel (rule R4.2). Used by the keeper's thread, unless said otherwise.
 */
final class LongHolds implements HoldingRoom.Host {
    private static final int LOOKS_PER_TIMEOUT = 16;

    private final Queue<HeldCopy> replaced = new ConcurrentLinkedQueue<>();
    private final HoldingRoom room;
    private final Surroundings around;
    private final Runnable wakeKeeper;
    private final Duration look;
    private volatile boolean lookDue;
    private volatile boolean closed;
    private @Nullable Timer timer;

    LongHolds(Settling settling, Surroundings around, Runnable wakeKeeper) {
        this.around = around;
        this.wakeKeeper = wakeKeeper;
        this.look = around.longTasks().consumerTimeout().dividedBy(LOOKS_PER_TIMEOUT);
        this.room = new HoldingRoom(settling, around.longTasks().means(), this, around.threads());
        setTimer();
    }

    /** An original whose place a copy has taken: only the server still has to hear of it. */
    private static final class Original extends Tagged {
        private final HeldCopy copy;
        private final HoldingRoom room;

        Original(HeldCopy copy, HoldingRoom room) {
            super(copy.delivery().tag());
            this.copy = copy;
            this.room = room;
        }

        @Override
        boolean isReleasing() {
            return false;
        }

        @Override
        void finished(Settled outcome) {
            room.letGone(copy, outcome);
        }
    }

    private void setTimer() {
        timer = around.time().after(look, () -> {
            lookDue = true;
            wakeKeeper.run();
        });
    }

    /** How many deliveries are held without that the task queue knows of them. */
    int count() {
        return room.count();
    }

    /** Hands over what is in hand for too long; what was not even handed out goes back to the queue. */
    void look(Generation current, DeliveryBuffer buffer, Rebasing rebasing) {
        if (!lookDue) {
            return;
        }
        lookDue = false;
        Duration half = around.longTasks().consumerTimeout().dividedBy(2);
        long limit = around.time().nanoTime() - half.minus(look).toNanos();
        rebasing.giveBack(buffer.takeOlderThan(limit));
        room.receive(current.inHand().where(delivery -> delivery.isHandedOut() && isDue(delivery, limit)));
        setTimer();
    }

    private static boolean isDue(RabbitDelivery delivery, long limit) {
        return delivery.isOlderThan(limit) && !delivery.endIfAbandoned();
    }

    /** On any thread. */
    @Override
    public void letGo(HeldCopy copy) {
        replaced.add(copy);
        if (closed) {
            letOriginalsGo();
        } else {
            wakeKeeper.run();
        }
    }

    /** On any thread. */
    @Override
    public void lessIsHeld() {
        wakeKeeper.run();
    }

    boolean originalsMayGo() {
        return !replaced.isEmpty();
    }

    /** Acknowledges the originals of what is held; frees room in the running subscriptions, which must have ended. */
    void letOriginalsGo() {
        for (HeldCopy copy = replaced.poll(); copy != null; copy = replaced.poll()) {
            RabbitDelivery delivery = copy.delivery();
            delivery.letGo();
            delivery.generation().settle(new Original(copy, room));
            delivery.generation().flush();
        }
    }

    /** Gives back everything that is held. */
    void close(Duration limit) {
        closed = true;
        Timer last = timer;
        if (last != null) {
            last.cancel();
        }
        room.close(limit);
    }
}
