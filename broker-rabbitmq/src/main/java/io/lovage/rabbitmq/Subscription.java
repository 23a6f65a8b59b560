package io.lovage.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running subscription to one queue. Begun and cancelled by one thread. */
final class Subscription {
    private static final Logger log = LoggerFactory.getLogger(Subscription.class);

    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Generation target;
    private final String queue;
    private final Events events;
    private String tag = "";

    /** What comes of it, on a thread of the client library, one at a time. */
    interface Events {
        void arrived(Generation from, Envelope envelope, AMQP.BasicProperties properties, byte[] body);

        /** A quorum queue may still deliver what was on its way when the subscription ended. */
        void arrivedLate(Generation from, Envelope envelope, AMQP.BasicProperties properties, byte[] body);

        /** The server ended it: the queue was deleted, or its leader is gone. */
        void endedByServer(Generation target);
    }

    private Subscription(Generation target, String queue, Events events) {
        this.target = target;
        this.queue = queue;
        this.events = events;
    }

    static Subscription begin(Generation target, String queue, int prefetch, Events events) throws IOException {
        Subscription made = new Subscription(target, queue, events);
        DefaultConsumer consumer = made.consumer();
        target.channel().basicQos(prefetch);
        made.tag = target.channel().basicConsume(queue, false, "", consumer);
        return made;
    }

    /** Has everything that comes over no running subscription told as late. */
    static void expectLate(Generation target, Events events) {
        target.channel().setDefaultConsumer(new DefaultConsumer(target.channel()) {
            @Override
            public void handleDelivery(
                    String consumerTag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
                events.arrivedLate(target, envelope, properties, body);
            }
        });
    }

    private DefaultConsumer consumer() {
        return new DefaultConsumer(target.channel()) {
            @Override
            public void handleDelivery(
                    String consumerTag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
                events.arrived(target, envelope, properties, body);
            }

            @Override
            public void handleCancelOk(String consumerTag) {
                ended.complete(null);
            }

            @Override
            public void handleCancel(String consumerTag) {
                ended.complete(null);
                events.endedByServer(target);
            }

            @Override
            public void handleShutdownSignal(String consumerTag, ShutdownSignalException cause) {
                ended.complete(null);
            }
        };
    }

    /** Returns when nothing comes any more. */
    void cancel(Duration limit) throws IOException {
        target.channel().basicCancel(tag);
        try {
            ended.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("the subscription to queue '{}' does not end", queue, e);
        }
    }
}
