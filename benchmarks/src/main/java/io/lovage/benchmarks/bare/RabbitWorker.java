package io.lovage.benchmarks.bare;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;

/** Is pushed messages; a slot reads one, runs it and acknowledges it. Thread-safe. */
public final class RabbitWorker implements LiveWorker {
    private final BareDecoder decoder = new BareDecoder();
    private final Channel channel;
    private final Slots slots;
    private final TaskBody body;

    /** Begins to take. */
    public RabbitWorker(Connection connection, String queue, int count, int prefetch, TaskBody body)
            throws IOException {
        this.channel = connection.createChannel();
        this.slots = new Slots(count);
        this.body = body;
        channel.basicQos(prefetch, false);
        channel.basicConsume(queue, false, new Taking());
    }

    private final class Taking extends DefaultConsumer {
        Taking() {
            super(RabbitWorker.this.channel);
        }

        @Override
        public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] message) {
            Future<?> unused = slots.run(() -> {
                body.run(decoder.decode(properties, message).chunk());
                getChannel().basicAck(envelope.getDeliveryTag(), false);
            });
        }

        @Override
        public void handleShutdownSignal(String tag, ShutdownSignalException signal) {
            slots.failed(signal);
        }
    }

    @Override
    public void check() throws IOException {
        slots.check();
    }

    @Override
    public void close() throws IOException, TimeoutException {
        slots.close();
        channel.close();
    }
}
