package io.lovage.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.Broker;
import io.lovage.spi.Delivery;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A consumer in the hands of a test. For one thread. */
final class Taker implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Broker.Consumer consumer;
    private final KitTime time;
    private final Duration patience;

    Taker(Broker.Consumer consumer, KitTime time, Duration patience) {
        this.consumer = consumer;
        this.time = time;
        this.patience = patience;
    }

    Broker.Consumer consumer() {
        return consumer;
    }

    /** The next delivery, waited for. */
    Delivery one() {
        return take(1).get(0);
    }

    /** The next so many, waited for. */
    List<Delivery> take(int count) {
        List<Delivery> taken = new ArrayList<>();
        long start = time.nanoTime();
        while (taken.size() < count) {
            if (time.nanoTime() - start > patience.toNanos()) {
                throw new AssertionError("only " + taken.size() + " of " + count + " deliveries came within " + patience
                        + ": " + Messages.ids(taken));
            }
            taken.addAll(poll(count - taken.size()));
        }
        return taken;
    }

    /** Everything that comes within this time, unsettled. */
    List<Delivery> within(Duration duration) {
        List<Delivery> taken = new ArrayList<>();
        long start = time.nanoTime();
        while (time.nanoTime() - start < duration.toNanos()) {
            taken.addAll(poll(Integer.MAX_VALUE));
        }
        return taken;
    }

    /** Fails when anything comes within this time. */
    void nothingWithin(Duration duration) {
        assertThat(Messages.ids(within(duration)))
                .as("what came within %s although nothing should", duration)
                .isEmpty();
    }

    List<Delivery> poll(int max) {
        try {
            return consumer.poll(max, POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while polling", e);
        }
    }

    Settled settle(Delivery delivery, Settlement how) {
        return Stages.get(delivery.settle(how), patience);
    }

    /** Acknowledges, and insists that it is accepted. */
    void ack(Delivery delivery) {
        assertThat(settle(delivery, Settlement.ack()).accepted())
                .as("the acknowledgement of %s is accepted", Messages.id(delivery))
                .isTrue();
    }

    void ackAll(List<Delivery> deliveries) {
        deliveries.forEach(this::ack);
    }

    /** Takes and acknowledges so many, and names them in order. */
    List<String> finish(int count) {
        List<String> finished = new ArrayList<>();
        while (finished.size() < count) {
            Delivery delivery = one();
            ack(delivery);
            finished.add(Messages.id(delivery));
        }
        return finished;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
