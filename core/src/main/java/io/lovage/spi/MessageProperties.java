package io.lovage.spi;

import java.util.Optional;

/**
 * The message properties Celery uses, by their AMQP names. A broker that has no such thing carries them in its
 * envelope. The broker's own expiration is not here on purpose: it drops messages silently (rule R8.1).
 *
 * @param contentType as it came; {@code application/json} in everything Lovage sends
 * @param contentEncoding as it came; {@code utf-8} in everything Lovage sends
 * @param correlationId the task id, in Celery's use
 * @param replyTo the client's reply address
 * @param persistent whether the message must survive a restart of the broker (delivery mode 2)
 */
public record MessageProperties(
        Optional<String> contentType,
        Optional<String> contentEncoding,
        Optional<String> correlationId,
        Optional<String> replyTo,
        boolean persistent) {

    private static final Optional<String> JSON = Optional.of("application/json");
    private static final Optional<String> UTF_8 = Optional.of("utf-8");

    /** The properties of a persistent JSON message, as Celery writes them. */
    public static MessageProperties json(Optional<String> correlationId, Optional<String> replyTo) {
        return new MessageProperties(JSON, UTF_8, correlationId, replyTo, true);
    }
}
