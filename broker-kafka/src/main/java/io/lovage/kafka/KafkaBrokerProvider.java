package io.lovage.kafka;

import io.lovage.spi.Broker;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.BrokerProvider;
import io.lovage.spi.ServiceUrl;
import java.util.Set;

/**
 * Connects to Kafka 4.2 or newer: {@code kafka://user:password@host:port,host:port?options}. {@code kafkas} instead of
 * {@code kafka} means TLS; a user means SASL.
 *
 * <table>
 * <caption>Options in the URL's query</caption>
 * <tr><td>{@code prefix}</td><td>before the name of every topic and group</td></tr>
 * <tr><td>{@code partitions}</td><td>of the topics that are created; default 1, from which any number of tasks runs at
 *     once. With more of them Kafka gives each lane a part of the partitions, and what waits in one of them may wait for
 *     lanes that are busy while others are idle</td></tr>
 * <tr><td>{@code replication}</td><td>on how many brokers created topics lie; default 0: as the brokers have it, where it
 *     is 1 unless somebody sets it</td></tr>
 * <tr><td>{@code profile}</td><td>{@code auto} (default): batches for short tasks, lanes of one task each for long ones;
 *     {@code lane} or {@code batch}: always the one</td></tr>
 * <tr><td>{@code lanes}</td><td>how many lanes a consumer has at most; default 32</td></tr>
 * <tr><td>{@code batch}</td><td>about how many messages a batch has at most; default 500</td></tr>
 * <tr><td>{@code lease}</td><td>{@code renewed} (default), or {@code fixed}: leases are never renewed, to show what
 *     happens then</td></tr>
 * <tr><td>{@code mover}</td><td>{@code on} (default): a process that consumes is ready to move delayed messages, which one
 *     of all does; {@code off}: never this one, for instance since it is often killed</td></tr>
 * <tr><td>{@code heartbeat}</td><td>a server that leaves a request unanswered for longer is given up; default 10s
 *     </td></tr>
 * <tr><td>{@code publish_window}</td><td>bytes that may be unconfirmed at once; default 16 MiB</td></tr>
 * <tr><td>{@code largest_message}</td><td>bytes of the largest body that is taken; default 4 MiB</td></tr>
 * <tr><td>{@code segment}</td><td>bytes of a segment of the topics that are created, which is what a done topic keeps on
 *     disk; default 16 MiB</td></tr>
 * <tr><td>{@code sasl}</td><td>with a user only: {@code plain} (default), {@code scram-sha-256} or
 *     {@code scram-sha-512}</td></tr>
 * <tr><td>{@code ca}</td><td>TLS only: a PEM file with the CAs to trust</td></tr>
 * <tr><td>{@code truststore}, {@code truststore_password}</td><td>TLS only: a key store with the CAs to trust; without
 *     either the JDK's own trust decides</td></tr>
 * <tr><td>{@code keystore}, {@code keystore_password}</td><td>TLS only: a client certificate</td></tr>
 * <tr><td>{@code tls_verify}</td><td>TLS only: {@code full} (default), or {@code chain}, which does not compare the host
 *     name</td></tr>
 * <tr><td>any with a dot in it</td><td>a setting of Kafka's own clients, such as {@code client.rack} or
 *     {@code compression.type}; those that this module sets itself are refused</td></tr>
 * </table>
 *
 * Thread-safe.
 */
public final class KafkaBrokerProvider implements BrokerProvider {
    @Override
    public Set<String> schemes() {
        return Set.of(ClientSettings.PLAIN, ClientSettings.ENCRYPTED);
    }

    @Override
    public String ownResultBackend(ServiceUrl broker) {
        return RpcResultBackendProvider.SCHEME + "://";
    }

    @Override
    public Broker connect(BrokerConfig config) {
        return KafkaBroker.connect(config);
    }
}
