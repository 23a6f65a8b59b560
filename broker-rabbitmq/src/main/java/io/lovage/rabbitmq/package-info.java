/**
 * RabbitMQ as broker ({@code amqp://}, {@code amqps://}) and the result backend {@code rpc://}.
 *
 * <p>Public are the two providers, found by {@link java.util.ServiceLoader}; their Javadoc lists the options of the
 * URLs. Two connections serve one broker: one publishes, the other takes. RabbitMQ stops reading from a connection that
 * publishes while memory or disk runs low, and a worker must be able to acknowledge in that state.
 */
@NullMarked
package io.lovage.rabbitmq;

import org.jspecify.annotations.NullMarked;
