package io.lovage.internal.client;

import io.lovage.spi.Broadcasts;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerAdmin;
import io.lovage.spi.BrokerException;
import io.lovage.spi.Capabilities;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.InboundMessage;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.QueueFeature;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A broker that lacks something, fails, or falls silent, and that tells what it was asked. Thread-safe. */
public final class FaultyBroker implements Broker {
    private final Broker broker;
    public final AtomicInteger declared = new AtomicInteger();
    public final AtomicInteger consumers = new AtomicInteger();
    public final List<Settlement> settlements = Collections.synchronizedList(new ArrayList<>());
    public final Set<QueueFeature> lacking = EnumSet.noneOf(QueueFeature.class);
    /** Says for each settlement what it fails with. */
    public volatile Function<Settlement, @Nullable BrokerException> settleFault = how -> null;
    /** Consumers made before this was last set receive nothing. */
    public volatile int silentUpTo;
    /** Never confirms. */
    public volatile boolean silentPublishes;
    /** What the next poll throws. */
    public volatile @Nullable BrokerException pollFault;
    /** Throws what it likes at each poll. */
    public volatile Runnable whilePolling = () -> {};
    /** Throws what it likes when a delivery is abandoned. */
    public volatile Runnable whileAbandoning = () -> {};
    /** What draining and closing a consumer throw. */
    public volatile @Nullable RuntimeException drainFault;
    /** Runs in the middle of each declaration. */
    public volatile java.util.function.Consumer<QueueSpec> whileDeclaring = queue -> {};
    /** Runs when the server has made a consumer and the client has not heard of it. */
    public volatile Runnable whileConsuming = () -> {};

    public final AtomicInteger closedConsumers = new AtomicInteger();

    public FaultyBroker(Broker broker) {
        this.broker = broker;
    }

    @Override
    public Capabilities capabilities() {
        return broker.capabilities();
    }

    @Override
    public QueueCapabilities declare(QueueSpec queue) {
        declared.incrementAndGet();
        whileDeclaring.accept(queue);
        QueueCapabilities all = broker.declare(queue);
        EnumSet<QueueFeature> left = EnumSet.copyOf(all.features());
        left.removeAll(lacking);
        return new QueueCapabilities(all.kind(), left, lacking.contains(QueueFeature.PRIORITY) ? 1 : 10);
    }

    @Override
    public CompletionStage<Void> publish(List<OutboundMessage> messages) {
        return silentPublishes ? new CompletableFuture<>() : broker.publish(messages);
    }

    @Override
    public Consumer consume(ConsumeSpec spec) {
        FaultyConsumer consumer = new FaultyConsumer(broker.consume(spec), consumers.incrementAndGet());
        whileConsuming.run();
        return consumer;
    }

    @Override
    public BrokerAdmin admin() {
        return broker.admin();
    }

    @Override
    public Optional<Broadcasts> broadcasts() {
        return broker.broadcasts();
    }

    @Override
    public void close() {
        broker.close();
    }

    private final class FaultyConsumer implements Consumer {
        private final Consumer consumer;
        private final int number;

        private FaultyConsumer(Consumer consumer, int number) {
            this.consumer = consumer;
            this.number = number;
        }

        @Override
        public List<Delivery> poll(int max, Duration wait) throws InterruptedException {
            whilePolling.run();
            BrokerException fault = pollFault;
            if (fault != null) {
                pollFault = null;
                throw fault;
            }
            if (number <= silentUpTo) {
                consumer.pause();
            }
            return consumer.poll(max, wait).stream()
                    .<Delivery>map(FaultyDelivery::new)
                    .toList();
        }

        @Override
        public void pause() {
            consumer.pause();
        }

        @Override
        public void resume() {
            consumer.resume();
        }

        @Override
        public CompletionStage<Void> drain() {
            CompletionStage<Void> done = consumer.drain();
            failIfToldTo();
            return done;
        }

        @Override
        public void close() {
            consumer.close();
            closedConsumers.incrementAndGet();
            failIfToldTo();
        }

        private void failIfToldTo() {
            RuntimeException fault = drainFault;
            if (fault != null) {
                throw fault;
            }
        }
    }

    private final class FaultyDelivery implements Delivery {
        private final Delivery delivery;

        private FaultyDelivery(Delivery delivery) {
            this.delivery = delivery;
        }

        @Override
        public InboundMessage message() {
            return delivery.message();
        }

        @Override
        public int deliveryCount() {
            return delivery.deliveryCount();
        }

        @Override
        public CompletionStage<Settled> settle(Settlement how) {
            settlements.add(how);
            BrokerException fault = settleFault.apply(how);
            return fault == null ? delivery.settle(how) : CompletableFuture.failedFuture(fault);
        }

        @Override
        public void abandon() {
            whileAbandoning.run();
            delivery.abandon();
        }

        @Override
        public void onLost(Runnable action) {
            delivery.onLost(action);
        }
    }
}
