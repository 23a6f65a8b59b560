package io.lovage.benchmarks.engine;

import io.lovage.spi.Broadcasts;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerAdmin;
import io.lovage.spi.Capabilities;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.QueueSpec;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/** A broker that publishes every hundredth message another number of times than once. */
final class FaultyBroker implements Broker {
    static final int ONE_OF = 100;

    private final AtomicLong published = new AtomicLong();
    private final Broker inner;
    private final int times;

    FaultyBroker(Broker inner, int times) {
        this.inner = inner;
        this.times = times;
    }

    @Override
    public CompletionStage<Void> publish(List<OutboundMessage> messages) {
        return inner.publish(messages.stream()
                .flatMap(message -> Collections.nCopies(copies(), message).stream())
                .toList());
    }

    private int copies() {
        return published.incrementAndGet() % ONE_OF == 0 ? times : 1;
    }

    @Override
    public Capabilities capabilities() {
        return inner.capabilities();
    }

    @Override
    public QueueCapabilities declare(QueueSpec queue) {
        return inner.declare(queue);
    }

    @Override
    public Consumer consume(ConsumeSpec spec) {
        return inner.consume(spec);
    }

    @Override
    public BrokerAdmin admin() {
        return inner.admin();
    }

    @Override
    public Optional<Broadcasts> broadcasts() {
        return inner.broadcasts();
    }

    @Override
    public void close() {
        inner.close();
    }
}
