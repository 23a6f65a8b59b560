package io.lovage.benchmarks.bare;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.lovage.benchmarks.workload.Chunk;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Takes messages, reads them, runs their handler on the client's own dispatch thread and acknowledges finished prefixes
 * together. Used once.
 */
public final class BareConsumer implements AutoCloseable {
    /** How many finished messages are acknowledged at once. */
    public static final int ACK_EVERY = 50;

    private static final long LONGEST_BEGINNING_SECONDS = 60;

    /** How long nothing comes before a run ends: it has nothing more to come. */
    private static final long LONGEST_SILENCE_SECONDS = 5;

    private final Channel channel;
    private final String queue;
    private final Incoming incoming;

    /** What is done with a message. */
    @FunctionalInterface
    public interface Incoming {
        void handle(BasicProperties properties, byte[] body) throws IOException;

        /** Reads a call and runs the handler of its task. */
        static Incoming ofCalls(Map<String, Consumer<Chunk>> handlers) {
            BareDecoder decoder = new BareDecoder();
            return (properties, body) -> Handling.run(decoder.decode(properties, body), handlers);
        }
    }

    public BareConsumer(Connection connection, String queue, int prefetch, Incoming incoming) throws IOException {
        this.channel = connection.createChannel();
        this.queue = queue;
        this.incoming = incoming;
        channel.basicQos(prefetch, false);
    }

    /** Returns when so many messages have been run and acknowledged, or when no more have come for some seconds. */
    public void run(int count) throws IOException, InterruptedException {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Taking taking = new Taking(count, done);
        channel.basicConsume(queue, false, taking);
        try {
            int before = 0;
            while (!isDone(done, before)) {
                if (taking.taken == before) {
                    taking.acknowledgeTaken();
                    return;
                }
                before = taking.taken;
            }
        } catch (ExecutionException e) {
            throw new IOException("the channel ended before all messages were run", e.getCause());
        }
    }

    private static boolean isDone(CompletableFuture<Void> done, int taken)
            throws ExecutionException, InterruptedException {
        try {
            done.get(taken == 0 ? LONGEST_BEGINNING_SECONDS : LONGEST_SILENCE_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        }
    }

    private final class Taking extends DefaultConsumer {
        private final CompletableFuture<Void> done;
        private final int count;
        private volatile int taken;
        private volatile long lastTag;

        Taking(int count, CompletableFuture<Void> done) {
            super(BareConsumer.this.channel);
            this.count = count;
            this.done = done;
        }

        @Override
        public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body)
                throws IOException {
            incoming.handle(properties, body);
            int now = taken + 1; // by this thread alone
            lastTag = envelope.getDeliveryTag();
            taken = now;
            if (now % ACK_EVERY == 0 || now == count) {
                getChannel().basicAck(envelope.getDeliveryTag(), true);
            }
            if (now == count) {
                done.complete(null);
            }
        }

        void acknowledgeTaken() throws IOException {
            if (taken % ACK_EVERY != 0) {
                getChannel().basicAck(lastTag, true);
            }
        }

        @Override
        public void handleShutdownSignal(String tag, ShutdownSignalException signal) {
            done.completeExceptionally(signal);
        }
    }

    @Override
    public void close() throws IOException, TimeoutException {
        channel.close();
    }
}
