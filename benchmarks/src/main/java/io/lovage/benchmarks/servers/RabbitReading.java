package io.lovage.benchmarks.servers;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import io.lovage.benchmarks.bare.BareQueue;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Level;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeoutException;

/**
 * What RabbitMQ says of a queue. Its protocol has no question for it, but the server refuses to declare a queue again
 * that it has otherwise, and says in the refusal how it has it.
 */
final class RabbitReading {
    private static final String TYPE = "x-queue-type";
    private static final int PERSISTENT = 2;
    private static final int TRANSIENT = 1;

    private RabbitReading() {}

    static Server of(Contender contender, Level level, String url, OptionalLong pid) throws IOException {
        boolean quorum = contender == Contender.RABBITMQ_QUORUM;
        String name = ReadBack.scratch();
        try (BareQueue look = BareQueue.existing(url, name)) {
            Map<String, Object> arguments = quorum ? Map.of(TYPE, "quorum") : Map.of();
            try (Channel channel = look.connection().createChannel()) {
                channel.queueDeclare(name, true, false, false, arguments);
                channel.confirmSelect();
                int mode = level == Level.D0 ? TRANSIENT : PERSISTENT;
                channel.basicPublish(
                        "",
                        name,
                        new BasicProperties.Builder().deliveryMode(mode).build(),
                        new byte[0]);
                channel.waitForConfirmsOrDie();
                Map<String, String> settings = new LinkedHashMap<>();
                settings.put("durable", refusal(look, name, false, arguments));
                settings.put("queue type", refusal(look, name, true, Map.of(TYPE, quorum ? "classic" : "quorum")));
                settings.put("delivery mode", deliveryMode(channel.basicGet(name, true)));
                settings.put("fsync before the confirm", "cannot be read back: the server tells nobody when it syncs");
                return new Server(url, pid, look.serverVersion(), settings);
            }
        } catch (TimeoutException e) {
            throw new IOException("RabbitMQ does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String deliveryMode(GetResponse message) {
        Integer mode = message == null ? null : message.getProps().getDeliveryMode();
        return mode == null ? "cannot be read back: a message came back without it" : mode + " of the bare client";
    }

    /** What the server says to who declares the queue otherwise: how it is. */
    private static String refusal(BareQueue look, String name, boolean durable, Map<String, Object> arguments)
            throws IOException {
        Channel channel = look.connection().createChannel();
        try {
            channel.queueDeclare(name, durable, false, false, arguments);
            channel.abort();
            return "cannot be read back: the server takes another declaration for the same";
        } catch (IOException e) {
            if (e.getCause() instanceof ShutdownSignalException refused) {
                return RabbitRefusal.current(refused.getReason().toString());
            }
            throw e;
        }
    }
}
