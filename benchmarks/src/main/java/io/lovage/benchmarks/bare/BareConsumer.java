package io.lovage.benchmarks.bare;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.lovage.benchmarks.bare.BareDecoder.Call;
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

    private static final long TIMEOUT_SECONDS = 120;

    private final Channel channel;
    private final String queue;
    private final BareDecoder decoder = new BareDecoder();
    private final Map<String, Consumer<Chunk>> handlers;

    public BareConsumer(Connection connection, String queue, int prefetch, Map<String, Consumer<Chunk>> handlers)
            throws IOException {
        this.channel = connection.createChannel();
        this.queue = queue;
        this.handlers = Map.copyOf(handlers);
        channel.basicQos(prefetch, false);
    }

    /** Returns when so many messages have been run and acknowledged. */
    public void run(int count) throws IOException, InterruptedException, TimeoutException {
        CompletableFuture<Void> done = new CompletableFuture<>();
        channel.basicConsume(queue, false, new Taking(count, done));
        try {
            done.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("the channel ended before all messages were run", e.getCause());
        }
    }

    private final class Taking extends DefaultConsumer {
        private final CompletableFuture<Void> done;
        private final int count;
        private int taken;

        Taking(int count, CompletableFuture<Void> done) {
            super(BareConsumer.this.channel);
            this.count = count;
            this.done = done;
        }

        @Override
        public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body)
                throws IOException {
            Call call = decoder.decode(properties, body);
            Consumer<Chunk> handler = handlers.get(call.task());
            if (handler == null) {
                throw new IOException("no handler for " + call.task());
            }
            handler.accept(call.chunk());
            taken++;
            if (taken % ACK_EVERY == 0 || taken == count) {
                getChannel().basicAck(envelope.getDeliveryTag(), true);
            }
            if (taken == count) {
                done.complete(null);
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
