package io.lovage.redis;

import io.lovage.spi.Broker;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.BrokerProvider;
import io.lovage.spi.ServiceUrl;
import java.util.Set;

/**
 * Connects to Redis 6.2 or newer, or Valkey: {@code redis://user:password@host:port/database?options}. {@code rediss}
 * instead of {@code redis} means TLS, in all three forms:
 *
 * <ul>
 *   <li>{@code redis://host:port/0}: one server;
 *   <li>{@code redis-sentinel://host1,host2,host3/0?master=mymaster}: whatever primary Sentinel names;
 *   <li>{@code redis-cluster://host1,host2,host3}: a cluster. Its lists have keys of our own there, which Python does
 *       not see.
 * </ul>
 *
 * <table>
 * <caption>Options in the URL's query</caption>
 * <tr><td>{@code key_prefix}</td><td>before every key, as kombu's {@code global_keyprefix}</td></tr>
 * <tr><td>{@code priority}</td><td>{@code own} (default): ten priorities, of which Python sees the messages without
 *     one; {@code celery}: Celery's four lists, shared with Python. Higher is first here, while Celery on Redis calls
 *     its first list 0</td></tr>
 * <tr><td>{@code lease}</td><td>{@code renewed} (default), or {@code fixed}: leases are never renewed, to show what
 *     happens then</td></tr>
 * <tr><td>{@code eviction}</td><td>{@code refuse} (default) a server whose {@code maxmemory-policy} may drop queues, or
 *     {@code accept} it</td></tr>
 * <tr><td>{@code wait_replicas}</td><td>how many replicas must hold a message before its publish is confirmed; default
 *     0</td></tr>
 * <tr><td>{@code heartbeat}</td><td>a server that leaves a ping unanswered for half of it is given up; default 10s
 *     </td></tr>
 * <tr><td>{@code publish_window}</td><td>how many messages may be unconfirmed at once; default 8192</td></tr>
 * <tr><td>{@code largest_message}</td><td>bytes of the largest body that is taken; default 16 MiB</td></tr>
 * <tr><td>{@code master}, {@code sentinel_user}, {@code sentinel_password}</td><td>Sentinel only: the name of the
 *     primary (default {@code mymaster}), and how the sentinels themselves are asked</td></tr>
 * <tr><td>{@code ca}</td><td>TLS only: a PEM file with the CAs to trust</td></tr>
 * <tr><td>{@code truststore}, {@code truststore_password}</td><td>TLS only: a key store with the CAs to trust; without
 *     either the JDK's own trust decides</td></tr>
 * <tr><td>{@code keystore}, {@code keystore_password}</td><td>TLS only: a client certificate</td></tr>
 * <tr><td>{@code tls_verify}</td><td>TLS only: {@code full} (default), or {@code chain}, which does not compare the host
 *     name</td></tr>
 * </table>
 *
 * Thread-safe.
 */
public final class RedisBrokerProvider implements BrokerProvider {
    @Override
    public Set<String> schemes() {
        return Endpoint.schemes();
    }

    /** The same server, database and options: results beside the queues. */
    @Override
    public String ownResultBackend(ServiceUrl broker) {
        return RedisResultBackendProvider.urlOf(broker);
    }

    @Override
    public Broker connect(BrokerConfig config) {
        return RedisBroker.connect(config);
    }
}
