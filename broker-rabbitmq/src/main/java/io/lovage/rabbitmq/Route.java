package io.lovage.rabbitmq;

import io.lovage.spi.OutboundMessage;

/**
 * Where a message enters the broker.
 *
 * @param mandatory whether it must reach a queue (rule R1.8); a reply need not (rule R11.7)
 */
record Route(String exchange, String routingKey, boolean mandatory) {
    private static final String DEFAULT_EXCHANGE = "";

    static Route of(OutboundMessage message) {
        return message.to()
                .fold(
                        queue -> message.delay().isZero()
                                ? new Route(DEFAULT_EXCHANGE, queue.name(), true)
                                : new Route(
                                        DelayLevels.entry(message.delay()),
                                        DelayLevels.routingKey(message.delay(), queue.name()),
                                        true),
                        reply -> new Route(DEFAULT_EXCHANGE, reply.address(), false));
    }
}
