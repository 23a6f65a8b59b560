package io.lovage.benchmarks.bare;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.lovage.benchmarks.workload.Chunk;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** Publishes batches, mandatory, with asynchronous confirms and a window. Used by one thread at a time. */
public final class BarePublisher implements AutoCloseable {
    private static final boolean MANDATORY = true;

    private final Channel channel;
    private final String queue;
    private final Outgoing outgoing;
    private final ConfirmWindow window;

    /** How a task becomes a message. */
    public interface Outgoing {
        BasicProperties properties(Chunk chunk);

        byte[] body(Chunk chunk);
    }

    /** Publishes calls. */
    public BarePublisher(Connection connection, String queue, BareEncoder encoder, int window) throws IOException {
        this(connection, queue, calls(encoder), window);
    }

    /** Publishes what it is told to. */
    public BarePublisher(Connection connection, String queue, Outgoing outgoing, int window) throws IOException {
        this.channel = connection.createChannel();
        this.queue = queue;
        this.outgoing = outgoing;
        this.window = new ConfirmWindow(window);
        channel.confirmSelect();
        channel.addConfirmListener(
                this.window::confirmed,
                (sequence, multiple) -> this.window.refused("the server refused message " + sequence));
        channel.addReturnListener(
                returned -> this.window.refused("no queue takes messages for " + returned.getRoutingKey()));
    }

    /** Returns when the server has confirmed all of them. */
    public void publish(List<Chunk> chunks) throws IOException, InterruptedException, TimeoutException {
        for (Chunk chunk : chunks) {
            window.enter();
            channel.basicPublish("", queue, MANDATORY, outgoing.properties(chunk), outgoing.body(chunk));
        }
        window.awaitEmpty();
    }

    private static Outgoing calls(BareEncoder encoder) {
        return new Outgoing() {
            @Override
            public BasicProperties properties(Chunk chunk) {
                return encoder.properties(BareEncoder.newId(), chunk);
            }

            @Override
            public byte[] body(Chunk chunk) {
                return encoder.body(chunk);
            }
        };
    }

    @Override
    public void close() throws IOException, TimeoutException {
        channel.close();
    }
}
