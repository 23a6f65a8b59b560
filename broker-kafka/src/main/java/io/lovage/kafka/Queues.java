package io.lovage.kafka;

import io.lovage.kafka.KafkaOptions.TopicOptions;
import io.lovage.spi.BrokerException;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.QueueFeature;
import io.lovage.spi.QueueMismatchException;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.QueueSpec;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Declares queues: a topic, the settings of the share group of the same name, and a topic for dead letters (rule R1.7).
 * What exists is adopted as it is; only the group, which belongs to the queue, is set to what tasks need. Thread-safe.
 */
final class Queues {
    private static final Logger log = LoggerFactory.getLogger(Queues.class);
    private static final String OFFSET_RESET = "share.auto.offset.reset";
    private static final String LOCK = "share.record.lock.duration.ms";
    private static final String DELIVERIES = "share.delivery.count.limit";
    private static final String ASSIGNMENT_INTERVAL = "share.assignment.interval.ms";
    private static final String AT_ONCE = "0";
    private static final long SHORTEST_LOCK_MILLIS = 1_000;
    private static final String KIND = "topic";

    /**
     * What it works with.
     *
     * @param mostDeliveries the highest delivery limit that a group may have
     */
    record Surroundings(
            Cluster cluster, Topics topics, DeadTopics deadTopics, ServersLetters serversLetters, int mostDeliveries) {}

    private final GroupSpan span;
    private final TopicOptions options;
    private final Cluster cluster;
    private final Topics topics;
    private final DeadTopics deadTopics;
    private final ServersLetters serversLetters;
    private final int mostDeliveries;
    private final AtomicBoolean toldOfSlowGroups = new AtomicBoolean();

    Queues(TopicOptions options, Surroundings around) {
        this.options = options;
        this.cluster = around.cluster();
        this.span = new GroupSpan(cluster);
        this.topics = around.topics();
        this.deadTopics = around.deadTopics();
        this.serversLetters = around.serversLetters();
        this.mostDeliveries = around.mostDeliveries();
    }

    /**
     * Creates what is missing.
     *
     * @param delays why nothing can be delayed; empty when it can
     */
    QueueCapabilities declare(QueueSpec queue, Optional<String> delays) {
        String topic = options.names().topic(queue.name());
        String dead = options.names().topic(queue.deadLetterQueue());
        Map<ConfigResource, KafkaFuture<Config>> found = cluster.admin()
                .describeConfigs(List.of(topicOf(topic), topicOf(dead), groupOf(topic)))
                .values();
        Optional<Config> existing = settings(queue, found, topicOf(topic));
        Optional<Config> existingDead = settings(queue, found, topicOf(dead));
        QueueCapabilities can =
                existing.map(config -> adopted(queue, config, delays)).orElseGet(() -> capabilities(true, delays));
        for (QueueFeature required : queue.requires()) {
            if (!can.has(required)) {
                throw new QueueMismatchException("queue '" + queue.name() + "' lacks " + required
                        + why(required, delays) + "; it stays as it was");
            }
        }
        Optional<Config> group = settings(queue, found, groupOf(topic));
        setUp(queue, topic, group, false);
        assignAtOnce(queue, topic, group);
        span.widen(topic, group);
        List<NewTopic> missing = new ArrayList<>();
        if (existing.isEmpty()) {
            missing.add(NewTopics.queue(options, topic));
        }
        if (existingDead.isEmpty()) {
            missing.add(NewTopics.deadLetters(options, dead));
        } else if (drops(existingDead.get())) {
            log.warn(
                    "topic {} drops dead letters after a while: set its cleanup.policy to compact, or retention.ms and"
                            + " retention.bytes to -1",
                    dead);
        }
        create(queue, missing);
        deadTopics.declared(queue);
        return can;
    }

    private static String why(QueueFeature required, Optional<String> delays) {
        return switch (required) {
            case DURABLE -> ": its topic drops messages after a while (retention.ms, retention.bytes)";
            case PRIORITY -> ": a topic has no priorities";
            case DELAY -> ": " + delays.orElse("nothing can be delayed");
            case EXACT_DELIVERY_COUNT -> ": Kafka forgets deliveries that were under way when a broker stops";
        };
    }

    private Optional<Config> settings(
            QueueSpec queue, Map<ConfigResource, KafkaFuture<Config>> found, ConfigResource what) {
        KafkaFuture<Config> future = found.get(what);
        if (future == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(cluster.get("declare queue '" + queue.name() + "'", future));
        } catch (QueueNotFoundException e) {
            return Optional.empty();
        }
    }

    private QueueCapabilities adopted(QueueSpec queue, Config config, Optional<String> delays) {
        if (value(config, TopicConfig.CLEANUP_POLICY_CONFIG).contains("compact")) {
            throw new QueueMismatchException("topic of queue '" + queue.name()
                    + "' is compacted: Kafka would drop tasks; use another name, or set its cleanup.policy to delete");
        }
        boolean keeps = !drops(config);
        if (!keeps) {
            log.warn(
                    "the topic of queue '{}' drops messages that were not taken in time (retention.ms={},"
                            + " retention.bytes={}); set both to -1",
                    queue.name(),
                    value(config, TopicConfig.RETENTION_MS_CONFIG),
                    value(config, TopicConfig.RETENTION_BYTES_CONFIG));
        }
        return capabilities(keeps, delays);
    }

    /** Messages that nobody takes for long. */
    static boolean drops(Config config) {
        return value(config, TopicConfig.CLEANUP_POLICY_CONFIG).contains(TopicConfig.CLEANUP_POLICY_DELETE)
                && !(value(config, TopicConfig.RETENTION_MS_CONFIG).equals(NewTopics.FOR_EVER)
                        && value(config, TopicConfig.RETENTION_BYTES_CONFIG).equals(NewTopics.FOR_EVER));
    }

    private static QueueCapabilities capabilities(boolean keeps, Optional<String> delays) {
        Set<QueueFeature> features = EnumSet.noneOf(QueueFeature.class);
        if (keeps) {
            features.add(QueueFeature.DURABLE);
        }
        if (delays.isEmpty()) {
            features.add(QueueFeature.DELAY);
        }
        return new QueueCapabilities(KIND, features, 1);
    }

    private static String value(Config config, String name) {
        ConfigEntry entry = config.get(name);
        return entry == null || entry.value() == null ? "" : entry.value();
    }

    /**
     * Prepares a queue for a consumer with this lease; the last consumer decides, since a group has one lease.
     *
     * @return how often the server hands a message out at most
     */
    int prepare(QueueSpec queue) {
        String topic = options.names().topic(queue.name());
        Optional<Config> group = settings(
                queue, cluster.admin().describeConfigs(List.of(groupOf(topic))).values(), groupOf(topic));
        setUp(queue, topic, group, true);
        assignAtOnce(queue, topic, group);
        span.widen(topic, group);
        return deliveries(group);
    }

    /**
     * Never less than the group has: who may not ask the brokers knows only what every broker allows, and those who
     * take rely on what they have set.
     */
    private int deliveries(Optional<Config> group) {
        return group.map(config -> value(config, DELIVERIES))
                .filter(number -> number.matches("\\d{1,5}"))
                .map(Integer::parseInt)
                .filter(present -> present > mostDeliveries)
                .orElse(mostDeliveries);
    }

    /**
     * A group shares its partitions out once a second at most, and tells a member that came in between with its next
     * heartbeat, 5 s later. A lane cannot wait for that. Brokers that do not know the setting do not name it.
     */
    private void assignAtOnce(QueueSpec queue, String group, Optional<Config> existing) {
        String interval =
                existing.map(config -> value(config, ASSIGNMENT_INTERVAL)).orElse("");
        if (interval.isEmpty() || interval.equals(AT_ONCE)) {
            return;
        }
        try {
            alter(queue, group, List.of(set(ASSIGNMENT_INTERVAL, AT_ONCE)));
        } catch (ConfigurationException e) {
            if (toldOfSlowGroups.compareAndSet(false, true)) {
                log.warn(
                        "the first message of each lane comes seconds later than it could, since the brokers want"
                                + " group.share.min.assignment.interval.ms: {}",
                        KafkaErrors.text(e));
            }
        }
    }

    private void setUp(QueueSpec queue, String group, Optional<Config> existing, boolean leaseDecides) {
        Map<String, String> wanted =
                new HashMap<>(Map.of(OFFSET_RESET, "earliest", DELIVERIES, Integer.toString(deliveries(existing))));
        wanted.putAll(serversLetters.settings());
        boolean leased = existing.map(config -> config.get(LOCK))
                .map(entry -> entry.source() == ConfigEntry.ConfigSource.DYNAMIC_GROUP_CONFIG)
                .orElse(false);
        if (!leased || leaseDecides) {
            wanted.put(
                    LOCK,
                    Long.toString(Math.max(SHORTEST_LOCK_MILLIS, queue.lease().toMillis())));
        }
        List<AlterConfigOp> changes = new ArrayList<>();
        wanted.forEach((name, value) -> {
            if (!existing.map(config -> value(config, name)).orElse("").equals(value)) {
                changes.add(set(name, value));
            }
        });
        if (changes.isEmpty()) {
            return;
        }
        try {
            alter(queue, group, changes);
        } catch (ConfigurationException e) {
            throw mismatch(queue, e);
        }
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    }

    private void alter(QueueSpec queue, String group, List<AlterConfigOp> changes) {
        cluster.get(
                "set up the share group of queue '" + queue.name() + "'",
                cluster.admin()
                        .incrementalAlterConfigs(Map.of(groupOf(group), changes))
                        .all());
    }

    private static BrokerException mismatch(QueueSpec queue, ConfigurationException refusal) {
        Throwable cause = refusal.getCause();
        return cause instanceof InvalidConfigurationException || cause instanceof InvalidRequestException
                ? new QueueMismatchException(
                        "queue '" + queue.name() + "' cannot have a lease of " + queue.lease() + ": "
                                + KafkaErrors.text(cause)
                                + " The brokers allow what group.share.min.record.lock.duration.ms and"
                                + " group.share.max.record.lock.duration.ms say.",
                        refusal)
                : refusal;
    }

    private void create(QueueSpec queue, List<NewTopic> missing) {
        cluster.admin().createTopics(missing).values().forEach((name, created) -> {
            try {
                cluster.get("create the topic of queue '" + queue.name() + "'", created);
            } catch (ConfigurationException e) {
                if (!(e.getCause() instanceof TopicExistsException)) { // somebody else declares it at the same time
                    throw e;
                }
            }
        });
        topics.awaitCreated(missing.stream().map(NewTopic::name).toList());
    }

    static ConfigResource topicOf(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    static ConfigResource groupOf(String topic) {
        return new ConfigResource(ConfigResource.Type.GROUP, topic);
    }
}
