package io.lovage.tck.faulty;

import io.lovage.spi.Broadcasts;
import io.lovage.spi.Broker;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.Message;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueStats;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import io.lovage.spi.Threads;
import io.lovage.spi.TimeSource;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** What is broken: everything that is not overridden works. Stateless: one serves all connections. */
interface Defect {
    default CompletionStage<Void> publish(Broker sound, TimeSource time, List<OutboundMessage> messages) {
        return sound.publish(messages);
    }

    default ConsumeSpec consume(ConsumeSpec spec) {
        return spec;
    }

    default CompletionStage<Settled> settle(Broker sound, Delivery delivery, Settlement how) {
        return delivery.settle(how);
    }

    default int count(Delivery delivery) {
        return delivery.deliveryCount();
    }

    default void onLost(Delivery delivery, Runnable action) {
        delivery.onLost(action);
    }

    default QueueStats stats(QueueStats sound) {
        return sound;
    }

    /** What becomes of what was in hand when the process is killed. */
    default void killed(Delivery held) {}

    /** What is broadcast. */
    default boolean broadcast(Broadcasts sound, Broadcasts.Target to, Message message) {
        return sound.send(to, message);
    }

    /** What happens when the connection is made, and is never undone. */
    default void connected(Threads threads) {}
}
