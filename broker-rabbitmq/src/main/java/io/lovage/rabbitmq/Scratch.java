package io.lovage.rabbitmq;

import com.rabbitmq.client.Channel;
import io.lovage.spi.BrokerUnavailableException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A channel for questions whose answer may be the end of the channel: the server closes a channel for every refusal,
 * the next question then gets a new one. Not thread-safe.
 */
final class Scratch implements AutoCloseable {
    private final Wire wire;
    private @Nullable Channel open;

    Scratch(Wire wire) {
        this.wire = wire;
    }

    Channel channel() throws IOException {
        Channel channel = open;
        if (channel == null || !channel.isOpen()) {
            channel = wire.connection().createChannel();
            if (channel == null) {
                throw new BrokerUnavailableException("RabbitMQ allows no more channels on this connection");
            }
            open = channel;
        }
        return channel;
    }

    @Override
    public void close() throws IOException {
        Channel channel = open;
        if (channel != null && channel.isOpen()) {
            channel.abort();
        }
    }
}
