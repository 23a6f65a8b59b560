package io.lovage.benchmarks.bare;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** A durable queue on the server under test. Used by one thread at a time. */
public final class BareQueue implements QueueUnderTest {
    private final Connection connection;
    private final Channel channel;
    private final String name;

    private BareQueue(Connection connection, String name) throws IOException {
        this.connection = connection;
        this.channel = connection.createChannel();
        this.name = name;
    }

    /** Opens a classic queue, which is made when it is not there. */
    public static BareQueue open(String url, String name) throws IOException, TimeoutException {
        BareQueue queue = existing(url, name);
        try {
            queue.channel.queueDeclare(name, true, false, false, Map.of());
            return queue;
        } catch (IOException e) {
            queue.connection.abort();
            throw e;
        }
    }

    /** A queue that somebody else has declared. */
    public static BareQueue existing(String url, String name) throws IOException, TimeoutException {
        ConnectionFactory factory = new ConnectionFactory();
        try {
            factory.setUri(url);
        } catch (URISyntaxException | GeneralSecurityException e) {
            throw new IOException("not the URL of a RabbitMQ", e);
        }
        if (factory.getVirtualHost().isEmpty()) {
            factory.setVirtualHost("/");
        }
        Connection connection = factory.newConnection("bare client");
        try {
            return new BareQueue(connection, name);
        } catch (IOException e) {
            connection.abort();
            throw e;
        }
    }

    public Connection connection() {
        return connection;
    }

    @Override
    public String name() {
        return name;
    }

    /** What the server calls its version. */
    public String serverVersion() {
        return String.valueOf(connection.getServerProperties().get("version"));
    }

    /** Those in the hands of a consumer are not included. */
    @Override
    public long waiting() throws IOException {
        return channel.messageCount(name);
    }

    @Override
    public void takeAll(Handling handling) throws IOException {
        try (Channel taking = connection.createChannel()) {
            new Emptying(taking, waiting(), handling).await(name);
        } catch (TimeoutException e) {
            throw new IOException("the channel does not close", e);
        }
    }

    @Override
    public void purge() throws IOException {
        channel.queuePurge(name);
    }

    @Override
    public void close() throws IOException {
        channel.queueDelete(name);
        connection.close();
    }
}
