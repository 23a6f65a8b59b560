package io.lovage.rabbitmq;

import io.lovage.spi.Broker;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.BrokerProvider;
import io.lovage.spi.ServiceUrl;
import java.util.Set;

/**
 * Connects to RabbitMQ 3.10 or newer: {@code amqp://user:password@host:port/vhost?options}, {@code amqps://} with TLS.
 * Several hosts are separated by commas and tried in random order. No path, {@code /}, {@code //} and {@code /%2f} all
 * mean the virtual host {@code /}.
 *
 * <table>
 * <caption>Options in the URL's query</caption>
 * <tr><td>{@code queue_type}</td><td>what a missing queue is made as: {@code quorum} (default), or {@code classic},
 *     exactly as Celery declares it</td></tr>
 * <tr><td>{@code max_priority}</td><td>{@code x-max-priority} of queues that are made: 1 to 255; not set by default
 *     </td></tr>
 * <tr><td>{@code consumer_timeout}</td><td>the server's {@code consumer_timeout}, which clients cannot read: a task that
 *     has run for half of it is handed over to a holding queue, and may go on; default 30m</td></tr>
 * <tr><td>{@code heartbeat}</td><td>a silent connection is given up after two of these; default 10s</td></tr>
 * <tr><td>{@code publish_window}</td><td>how many messages may be unconfirmed at once; default 1024</td></tr>
 * <tr><td>{@code largest_message}</td><td>bytes of the largest body, where the server's {@code max_message_size} is not
 *     the default of its version (128 MiB, from 4.0 on 16 MiB)</td></tr>
 * <tr><td>{@code ca}</td><td>{@code amqps} only: a PEM file with the CAs to trust</td></tr>
 * <tr><td>{@code truststore}, {@code truststore_password}</td><td>{@code amqps} only: a key store with the CAs to trust;
 *     without either the JDK's own trust decides</td></tr>
 * <tr><td>{@code keystore}, {@code keystore_password}</td><td>{@code amqps} only: a client certificate</td></tr>
 * <tr><td>{@code tls_verify}</td><td>{@code amqps} only: {@code full} (default), or {@code chain}, which does not compare
 *     the host name</td></tr>
 * </table>
 *
 * Thread-safe.
 */
public final class RabbitBrokerProvider implements BrokerProvider {
    @Override
    public Set<String> schemes() {
        return Set.of(Endpoint.PLAIN_SCHEME, Endpoint.TLS_SCHEME);
    }

    @Override
    public String ownResultBackend(ServiceUrl broker) {
        return RpcResultBackendProvider.SCHEME + "://";
    }

    @Override
    public Broker connect(BrokerConfig config) {
        return RabbitBroker.connect(config);
    }
}
