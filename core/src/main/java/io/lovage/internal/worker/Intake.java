package io.lovage.internal.worker;

import io.lovage.spi.Broker;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.QueueSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One consumer, and how many of its deliveries are in hand. Thread-safe. */
final class Intake implements Held.Source {
    private static final Logger log = LoggerFactory.getLogger(Intake.class);

    private final Broker.Consumer consumer;
    private final Lane lane;
    private final AtomicInteger inHand = new AtomicInteger();
    private volatile boolean paused;

    Intake(Broker.Consumer consumer, Lane lane) {
        this.consumer = consumer;
        this.lane = lane;
    }

    List<Delivery> poll(int max, Duration wait) throws InterruptedException {
        if (paused) {
            paused = false;
            consumer.resume();
        }
        List<Delivery> deliveries = consumer.poll(max, wait);
        inHand.addAndGet(deliveries.size());
        return deliveries;
    }

    void pause() {
        paused = true;
        consumer.pause();
    }

    void drain() {
        try {
            consumer.drain().whenComplete((done, error) -> {
                if (error != null) {
                    didNotDrain(error);
                }
            });
        } catch (RuntimeException e) { // whatever it is: the others must still be drained
            didNotDrain(e);
        }
    }

    private void didNotDrain(Throwable error) {
        log.warn("a consumer of queue '{}' did not drain", lane.queue().name(), error);
    }

    boolean isUnused() {
        return inHand.get() == 0;
    }

    void close() {
        try {
            consumer.close();
        } catch (RuntimeException e) { // whatever it is: the others must still be closed
            log.warn("a consumer of queue '{}' did not close", lane.queue().name(), e);
        }
    }

    @Override
    public QueueSpec queue() {
        return lane.queue();
    }

    @Override
    public QueueCapabilities capabilities() {
        return lane.capabilities();
    }

    @Override
    public void lost(Held held) {
        lane.lost(held);
    }

    @Override
    public void gone(Held held) {
        inHand.decrementAndGet();
        lane.gone();
    }
}
