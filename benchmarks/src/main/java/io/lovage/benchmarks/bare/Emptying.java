package io.lovage.benchmarks.bare;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Takes what waits in a queue to count it; nobody needs it afterwards, so nothing is acknowledged. Used once. */
final class Emptying extends DefaultConsumer {
    private static final long TIMEOUT_SECONDS = 60;

    private final Handling handling;
    private final CountDownLatch left;

    Emptying(Channel channel, long waiting, Handling handling) {
        super(channel);
        this.handling = handling;
        this.left = new CountDownLatch(Math.toIntExact(waiting));
    }

    void await(String queue) throws IOException {
        if (left.getCount() == 0) {
            return;
        }
        String tag = getChannel().basicConsume(queue, true, this);
        try {
            if (!left.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(left.getCount() + " messages of " + queue + " do not come");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        getChannel().basicCancel(tag);
    }

    @Override
    public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body)
            throws IOException {
        handling.handle(body);
        left.countDown();
    }
}
