package io.lovage.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import io.lovage.spi.Broadcasts.Source;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;

/**
 * Celery's exchanges for broadcasts, and the queue through which one who listens hears one of them. The queues are
 * exclusive, which RabbitMQ 4.3 demands of transient ones, and have names that nobody had before: after a lost
 * connection the server may keep the old one for a while.
 *
 * @param type of the exchange
 * @param durable whether the exchange is; as Celery declares it
 */
record BroadcastRoute(
        String exchange,
        BuiltinExchangeType type,
        boolean durable,
        String routingKey,
        String queue,
        Map<String, Object> arguments) {
    static final String EVENTS = "celeryev";
    static final String CONTROL = "celery.pidbox";

    private static final String TTL = "x-message-ttl";
    private static final String EXPIRES = "x-expires";
    private static final Map<String, Object> FOR_EVENTS = Map.of(EXPIRES, 60_000, TTL, 5_000);
    private static final Map<String, Object> FOR_CONTROL = Map.of(EXPIRES, 10_000, TTL, 300_000);

    static BroadcastRoute of(Source source) {
        return source.fold(
                events -> new BroadcastRoute(
                        EVENTS,
                        BuiltinExchangeType.TOPIC,
                        true,
                        events.group().isEmpty() ? "#" : events.group() + ".#",
                        EVENTS + "." + fresh(),
                        FOR_EVENTS),
                node -> new BroadcastRoute(
                        CONTROL,
                        BuiltinExchangeType.FANOUT,
                        false,
                        "",
                        node.name() + "." + fresh() + "." + CONTROL,
                        FOR_CONTROL),
                answers -> new BroadcastRoute(
                        answers.to().exchange(),
                        BuiltinExchangeType.DIRECT,
                        false,
                        answers.to().routingKey(),
                        answers.to().routingKey() + "." + fresh() + "."
                                + answers.to().exchange(),
                        FOR_CONTROL));
    }

    private static String fresh() {
        return UUID.randomUUID().toString().substring(0, 8);
    }

    /** Declares the exchange and a queue bound to it, which is this channel's connection's alone. */
    void open(Wire wire, Channel channel) throws IOException {
        declare(wire, exchange, type, durable);
        channel.queueDeclare(queue, false, true, true, arguments);
        channel.queueBind(queue, exchange, routingKey);
    }

    /** Makes sure that an exchange is there; one that is there in another form is used as it is. */
    static void declare(Wire wire, String exchange, BuiltinExchangeType type, boolean durable) throws IOException {
        try (Scratch scratch = new Scratch(wire)) {
            scratch.channel().exchangeDeclare(exchange, type, durable);
        } catch (IOException e) {
            boolean other = Refusals.close(e)
                    .filter(close -> close.code() == AMQP.PRECONDITION_FAILED)
                    .isPresent();
            if (!other) {
                throw e;
            }
        }
    }
}
