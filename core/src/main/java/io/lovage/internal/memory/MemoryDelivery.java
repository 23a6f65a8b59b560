package io.lovage.internal.memory;

import io.lovage.spi.Delivery;
import io.lovage.spi.InboundMessage;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One message in the hands of a consumer of this JVM. Its fields are guarded by the space's lock. */
final class MemoryDelivery implements Delivery {
    /** Whose the message is, as far as this delivery knows. */
    enum Tenure {
        HELD,
        GIVEN_BACK,
        LOST
    }

    final QueuedMessage queued;
    private final MemoryLeases owner;
    private final InboundMessage message;
    private final int deliveryCount;

    Tenure tenure = Tenure.HELD;
    /** Whether settle was called and answered; a lost delivery may be settled once too, to no effect. */
    boolean settled;

    boolean abandoned;
    long deadline;

    @Nullable
    MemoryDelivery previous;

    @Nullable
    MemoryDelivery next;

    @Nullable
    Runnable onLost;

    MemoryDelivery(QueuedMessage queued, MemoryLeases owner, String queue, int deliveryCount) {
        this.queued = queued;
        this.owner = owner;
        this.message = InboundMessage.of(queued.message, queue, queued.priority);
        this.deliveryCount = deliveryCount;
    }

    @Override
    public InboundMessage message() {
        return message;
    }

    @Override
    public int deliveryCount() {
        return deliveryCount;
    }

    @Override
    public CompletionStage<Settled> settle(Settlement how) {
        return owner.settle(this, how);
    }

    @Override
    public void abandon() {
        owner.abandon(this);
    }

    @Override
    public void onLost(Runnable action) {
        owner.onLost(this, action);
    }

    @Override
    public String toString() {
        return "Delivery[" + message.queue() + ", "
                + message.message().properties().correlationId().orElse("no id") + ", count " + deliveryCount + "]";
    }
}
