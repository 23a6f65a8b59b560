package io.lovage.testservers;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a private Kafka is set up. Immutable; the methods give changed copies. Settings of groups and topics are changed
 * while it runs, by a client.
 *
 * @param config properties of the server; it ignores those it does not know
 * @param users names and passwords (no quotes, no backslashes) of those who may connect, by SASL/PLAIN; anybody when
 *     empty
 * @param tls whether there is a TLS listener too, with a certificate of {@link TestCertificates}
 * @param jvm options of the server's Java
 */
public record KafkaOptions(Map<String, String> config, Map<String, String> users, boolean tls, List<String> jvm) {
    /*
     * One node of everything, and no waiting for others. Heartbeats of groups are short, so that a consumer has its
     * first record after about a second: the protocol gives it none before its second heartbeat. A node that was killed
     * is dead for the others, and for its own next life, when it was silent for the session's six seconds: shorter, and
     * a busy machine fences a healthy one.
     */
    private static final KafkaOptions DEFAULTS = new KafkaOptions(
                    Map.of(),
                    Map.of(),
                    false,
                    List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"))
            .internalTopics(1, 1)
            .config("offsets.topic.num.partitions", "1")
            .config("transaction.state.log.num.partitions", "1")
            .config("share.coordinator.state.topic.num.partitions", "1")
            .config("auto.create.topics.enable", "false")
            .config("group.initial.rebalance.delay.ms", "0")
            .config("group.share.min.heartbeat.interval.ms", "500")
            .config("group.share.heartbeat.interval.ms", "500")
            .config("group.share.min.session.timeout.ms", "6000")
            .config("group.share.min.record.lock.duration.ms", "1000")
            .config("group.consumer.min.heartbeat.interval.ms", "500")
            .config("group.consumer.min.session.timeout.ms", "3000")
            .config("group.min.session.timeout.ms", "3000")
            .config("broker.session.timeout.ms", "6000")
            .config("broker.heartbeat.interval.ms", "200")
            .config("log.cleaner.dedupe.buffer.size", "2097152")
            .config("num.io.threads", "2")
            .config("num.network.threads", "2");

    public KafkaOptions {
        config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
        users = Collections.unmodifiableMap(new LinkedHashMap<>(users));
        jvm = List.copyOf(jvm);
    }

    /** A small server with short heartbeats, for anybody, that creates no topic by itself. */
    public static KafkaOptions ofDefaults() {
        return DEFAULTS;
    }

    /** With a property of the server. A value that it refuses keeps it from starting. */
    public KafkaOptions config(String key, String value) {
        return new KafkaOptions(with(config, key, value), users, tls, jvm);
    }

    private static Map<String, String> with(Map<String, String> all, String key, String value) {
        Map<String, String> changed = new LinkedHashMap<>(all);
        changed.put(key, value);
        return changed;
    }

    /** A server that creates a topic when a client asks about it. */
    public KafkaOptions creatingTopics() {
        return config("auto.create.topics.enable", "true");
    }

    /** With a limit to the records it takes, with everything that is stored beside their values. */
    public KafkaOptions maxMessageBytes(int bytes) {
        return config("message.max.bytes", Integer.toString(bytes));
    }

    /** With the bounds in which a group may choose how long its records are locked; 1 s and 60 s by default. */
    public KafkaOptions lockBetween(Duration shortest, Duration longest) {
        return config("group.share.min.record.lock.duration.ms", Long.toString(shortest.toMillis()))
                .config("group.share.max.record.lock.duration.ms", Long.toString(longest.toMillis()));
    }

    /**
     * With the factor of the topic in which share groups keep their state that servers have by default, which is three:
     * on a single node no consumer of a share group ever gets a record, and none is told why.
     */
    public KafkaOptions withUnreachableShareState() {
        return config("share.coordinator.state.topic.replication.factor", "3")
                .config("share.coordinator.state.topic.min.isr", "2");
    }

    /** With a user; who has no name is then shut out. */
    public KafkaOptions user(String name, String password) {
        return new KafkaOptions(config, with(users, name, password), tls, jvm);
    }

    /** Users may do nothing but what they are allowed by {@link KafkaServer#operatorAddress}, which may do all. */
    public KafkaOptions withPermissions() {
        return config("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
                .config("super.users", "User:ANONYMOUS");
    }

    /** With a TLS listener beside the plain one. */
    public KafkaOptions withTls() {
        return new KafkaOptions(config, users, true, jvm);
    }

    /** With other options of its Java: by default it has a small heap and a compiler that is quick to start. */
    public KafkaOptions jvm(String... all) {
        return new KafkaOptions(config, users, tls, List.of(all));
    }

    /** For three nodes: everything is on all of them, and two suffice for a write. */
    KafkaOptions replicated() {
        return internalTopics(3, 2).config("default.replication.factor", "3").config("min.insync.replicas", "2");
    }

    private KafkaOptions internalTopics(int replicas, int inSync) {
        String factor = Integer.toString(replicas);
        String least = Integer.toString(inSync);
        return config("offsets.topic.replication.factor", factor)
                .config("transaction.state.log.replication.factor", factor)
                .config("transaction.state.log.min.isr", least)
                .config("share.coordinator.state.topic.replication.factor", factor)
                .config("share.coordinator.state.topic.min.isr", least);
    }
}
