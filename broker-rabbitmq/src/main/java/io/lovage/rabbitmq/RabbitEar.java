package io.lovage.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.lovage.spi.Broadcasts;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Bytes;
import io.lovage.spi.Message;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Somebody who listens to broadcasts, on a channel of his own. Thread-safe; attached by one thread. */
final class RabbitEar implements Broadcasts.Listening {
    private static final Logger log = LoggerFactory.getLogger(RabbitEar.class);

    private final CompletableFuture<Void> established = new CompletableFuture<>();
    private final Broadcasts.Source source;
    private final Consumer<Message> listener;
    private final Runnable changed;
    private volatile @Nullable Channel channel;
    private volatile boolean closed;

    /** {@code changed} is run when it is closed or has lost its channel; it must not block. */
    RabbitEar(Broadcasts.Source source, Consumer<Message> listener, Runnable changed) {
        this.source = source;
        this.listener = listener;
        this.changed = changed;
    }

    boolean isClosed() {
        return closed;
    }

    boolean isAttached() {
        Channel current = channel;
        return current != null && current.isOpen();
    }

    /** Hears from here on what comes over this connection. */
    void attach(Wire wire) throws IOException {
        Channel next = wire.connection().createChannel();
        if (next == null) {
            throw new BrokerUnavailableException("RabbitMQ allows no more channels on this connection");
        }
        try {
            BroadcastRoute route = BroadcastRoute.of(source);
            route.open(wire, next);
            next.addShutdownListener(cause -> changed.run());
            next.basicConsume(route.queue(), true, new Hearer(next));
            channel = next;
            established.complete(null);
        } catch (IOException | RuntimeException e) {
            next.abort();
            throw e;
        }
    }

    /** Ends the channel, and with it the queue. */
    void detach() {
        Channel last = channel;
        if (last != null) {
            try {
                last.abort();
            } catch (IOException e) {
                log.debug("the channel was closed already", e);
            }
        }
    }

    private final class Hearer extends DefaultConsumer {
        private Hearer(Channel channel) {
            super(channel);
        }

        @Override
        public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
            if (closed) {
                return;
            }
            try {
                listener.accept(Amqp.message(properties, Bytes.wrap(body)));
            } catch (RuntimeException failed) {
                log.error("a listener to {} failed", source, failed);
            }
        }

        /** Somebody deleted the queue: another one is made. */
        @Override
        public void handleCancel(String tag) throws IOException {
            getChannel().abort();
        }
    }

    @Override
    public CompletionStage<Void> established() {
        return established.minimalCompletionStage();
    }

    @Override
    public void close() {
        closed = true;
        changed.run();
    }
}
