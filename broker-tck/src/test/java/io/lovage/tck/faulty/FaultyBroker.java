package io.lovage.tck.faulty;

import io.lovage.internal.memory.MemoryBroker;
import io.lovage.spi.Broadcasts;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerAdmin;
import io.lovage.spi.Capabilities;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.Delivery;
import io.lovage.spi.InboundMessage;
import io.lovage.spi.Message;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.QueueStats;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** A sound memory broker with one defect. */
public final class FaultyBroker implements Broker {
    private final Set<Delivery> held = ConcurrentHashMap.newKeySet();
    private final MemoryBroker sound;
    private final TimeSource time;
    private final Defect defect;

    FaultyBroker(MemoryBroker sound, TimeSource time, Defect defect) {
        this.sound = sound;
        this.time = time;
        this.defect = defect;
    }

    MemoryBroker sound() {
        return sound;
    }

    /** The process is killed. */
    public void crash() {
        held.forEach(defect::killed);
        sound.crash();
    }

    public void freeze() {
        sound.freeze();
    }

    public void thaw() {
        sound.thaw();
    }

    @Override
    public Capabilities capabilities() {
        return sound.capabilities();
    }

    @Override
    public QueueCapabilities declare(QueueSpec queue) {
        return sound.declare(queue);
    }

    @Override
    public CompletionStage<Void> publish(List<OutboundMessage> messages) {
        return defect.publish(sound, time, messages);
    }

    @Override
    public Consumer consume(ConsumeSpec spec) {
        return new FaultyConsumer(sound.consume(defect.consume(spec)));
    }

    @Override
    public BrokerAdmin admin() {
        return new FaultyAdmin(sound.admin());
    }

    @Override
    public Optional<Broadcasts> broadcasts() {
        return sound.broadcasts().map(FaultyBroadcasts::new);
    }

    @Override
    public void close() {
        sound.close();
    }

    private final class FaultyBroadcasts implements Broadcasts {
        private final Broadcasts inner;

        FaultyBroadcasts(Broadcasts inner) {
            this.inner = inner;
        }

        @Override
        public boolean send(Target to, Message message) {
            return defect.broadcast(inner, to, message);
        }

        @Override
        public Listening listen(Source from, java.util.function.Consumer<Message> listener) {
            return inner.listen(from, listener);
        }

        @Override
        public long dropped() {
            return inner.dropped();
        }
    }

    private final class FaultyConsumer implements Consumer {
        private final Consumer inner;

        FaultyConsumer(Consumer inner) {
            this.inner = inner;
        }

        @Override
        public List<Delivery> poll(int max, Duration wait) throws InterruptedException {
            List<Delivery> taken = new ArrayList<>();
            for (Delivery delivery : inner.poll(max, wait)) {
                held.add(delivery);
                taken.add(new FaultyDelivery(delivery));
            }
            return taken;
        }

        @Override
        public void pause() {
            inner.pause();
        }

        @Override
        public void resume() {
            inner.resume();
        }

        @Override
        public CompletionStage<Void> drain() {
            return inner.drain();
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    private final class FaultyDelivery implements Delivery {
        private final Delivery inner;

        FaultyDelivery(Delivery inner) {
            this.inner = inner;
        }

        @Override
        public InboundMessage message() {
            return inner.message();
        }

        @Override
        public int deliveryCount() {
            return defect.count(inner);
        }

        @Override
        public CompletionStage<Settled> settle(Settlement how) {
            CompletionStage<Settled> settled = defect.settle(sound, inner, how);
            settled.thenRun(() -> held.remove(inner));
            return settled;
        }

        @Override
        public void abandon() {
            inner.abandon();
        }

        @Override
        public void onLost(Runnable action) {
            defect.onLost(inner, action);
        }
    }

    private final class FaultyAdmin implements BrokerAdmin {
        private final BrokerAdmin inner;

        FaultyAdmin(BrokerAdmin inner) {
            this.inner = inner;
        }

        @Override
        public QueueStats stats(QueueSpec queue) {
            return defect.stats(inner.stats(queue));
        }

        @Override
        public long purge(QueueSpec queue) {
            return inner.purge(queue);
        }

        @Override
        public void delete(QueueSpec queue) {
            inner.delete(queue);
        }

        @Override
        public List<DeadLetter> deadLetters(QueueSpec queue, int max) {
            return inner.deadLetters(queue, max);
        }

        @Override
        public boolean resend(QueueSpec queue, String deadLetterId) {
            return inner.resend(queue, deadLetterId);
        }

        @Override
        public boolean discard(QueueSpec queue, String deadLetterId) {
            return inner.discard(queue, deadLetterId);
        }
    }
}
