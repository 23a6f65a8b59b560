package io.lovage.kafka;

import io.lovage.spi.AccessRefusedException;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.QueueNotFoundException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out at connect whether tasks can flow, and says in one sentence what to set when they cannot: a cluster that
 * cannot keep the state of share groups lets their consumers wait for ever without an error.
 */
final class ConnectChecks {
    private static final Logger log = LoggerFactory.getLogger(ConnectChecks.class);
    private static final String STATE_TOPIC = "__share_group_state";
    private static final String STATE_REPLICAS = "share.coordinator.state.topic.replication.factor";
    private static final String STATE_MIN_ISR = "share.coordinator.state.topic.min.isr";
    private static final String MOST_DELIVERIES = "group.share.max.delivery.count.limit";
    private static final String REPLICAS = "default.replication.factor";
    private static final String CREATES_TOPICS = "auto.create.topics.enable";
    private static final int WITH_DEAD_LETTERS = 2;
    private static final String LETTER_PREFIX = "errors.deadletterqueue.topic.name.prefix";
    private static final String USUAL_LETTER_PREFIX = "dlq.";
    /** What Kafka allows at least wherever the broker does not let itself be asked. */
    private static final int FEWEST_MOST_DELIVERIES = 5;

    /**
     * What is worth knowing of the servers.
     *
     * @param mostDeliveries the highest delivery limit that a group may have
     * @param letterPrefix how topics begin that the servers write dead letters to; empty when they have none
     */
    record Facts(int mostDeliveries, Optional<String> letterPrefix) {}

    private final Cluster cluster;
    private final boolean replicated;

    /**
     * Asks nothing yet.
     *
     * @param replicated whether the user says on how many brokers topics lie
     */
    ConnectChecks(Cluster cluster, boolean replicated) {
        this.cluster = cluster;
        this.replicated = replicated;
    }

    Facts check() {
        Collection<Node> nodes = nodes();
        int shareVersion = shareVersion();
        Map<String, String> settings = settings(nodes);
        checkState(nodes.size(), settings);
        warnOfDefaults(nodes.size(), settings);
        return new Facts(
                Optional.ofNullable(settings.get(MOST_DELIVERIES))
                        .map(Integer::parseInt)
                        .orElse(FEWEST_MOST_DELIVERIES),
                shareVersion < WITH_DEAD_LETTERS
                        ? Optional.empty()
                        : Optional.of(settings.getOrDefault(LETTER_PREFIX, USUAL_LETTER_PREFIX)));
    }

    private void warnOfDefaults(int nodes, Map<String, String> settings) {
        if (settings.getOrDefault(CREATES_TOPICS, "false").equals("true")) {
            log.warn(
                    "the brokers create a topic when somebody asks for one ({}=true): a queue that is deleted while"
                            + " somebody uses it comes again, with settings that drop its messages after a week; set it to"
                            + " false",
                    CREATES_TOPICS);
        }
        if (nodes > 1 && !replicated && settings.getOrDefault(REPLICAS, "").equals("1")) {
            log.warn(
                    "queues that are created here lie on one of {} brokers each ({}=1), and are gone with its disk: say"
                            + " ?replication=3, or set it on the brokers",
                    nodes,
                    REPLICAS);
        }
    }

    private Collection<Node> nodes() {
        String doing = "connect to " + cluster.settings();
        try {
            return cluster.get(doing, cluster.admin().describeCluster().nodes());
        } catch (ConfigurationException e) {
            throw tooOld(e);
        } catch (BrokerUnavailableException e) {
            throw new BrokerUnavailableException(
                    KafkaErrors.text(e) + "; " + cluster.settings().whyNobodyAnswers(), e);
        }
    }

    private int shareVersion() {
        try {
            FinalizedVersionRange range = cluster.get(
                            "ask " + cluster.settings() + " for its features",
                            cluster.admin().describeFeatures().featureMetadata())
                    .finalizedFeatures()
                    .get("share.version");
            if (range != null && range.maxVersionLevel() > 0) {
                return range.maxVersionLevel();
            }
        } catch (ConfigurationException e) {
            throw tooOld(e);
        }
        throw new ConfigurationException(cluster.settings()
                + " has no share groups, which a task queue on Kafka needs: run Kafka 4.2 or newer and"
                + " `kafka-features.sh --bootstrap-server ... upgrade --feature share.version=1`");
    }

    private BrokerException tooOld(ConfigurationException failure) {
        return failure.getCause() instanceof UnsupportedVersionException
                ? new ConfigurationException(
                        cluster.settings() + " is too old: share groups need Kafka 4.2 or newer", failure)
                : failure;
    }

    /** Of one broker; empty when nobody may ask. */
    private Map<String, String> settings(Collection<Node> nodes) {
        Optional<Node> any = nodes.stream().findFirst();
        if (any.isEmpty()) {
            return Map.of();
        }
        ConfigResource broker =
                new ConfigResource(ConfigResource.Type.BROKER, any.get().idString());
        try {
            Config config = cluster.get(
                            "ask for the settings of a broker",
                            cluster.admin().describeConfigs(List.of(broker)).all())
                    .get(broker);
            return config == null
                    ? Map.of()
                    : config.entries().stream()
                            .filter(entry -> entry.value() != null)
                            .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
        } catch (AccessRefusedException e) {
            log.warn("Kafka does not let this user see the settings of its brokers: whether they can keep the state of"
                    + " share groups is not checked, and messages are dead-lettered sooner");
            return Map.of();
        }
    }

    private void checkState(int nodes, Map<String, String> settings) {
        Optional<TopicDescription> topic = stateTopic();
        if (topic.isEmpty()) {
            int replicas = number(settings, STATE_REPLICAS);
            int minimum = number(settings, STATE_MIN_ISR);
            if (replicas > nodes || minimum > nodes) {
                throw new ConfigurationException("no task could flow: " + cluster.settings() + " has " + nodes
                        + (nodes == 1 ? " broker" : " brokers") + " and cannot create the topic " + STATE_TOPIC
                        + "; set " + STATE_REPLICAS + "=" + Math.min(replicas, nodes) + " and " + STATE_MIN_ISR + "="
                        + Math.min(minimum, nodes) + " on every broker, or start more brokers");
            }
            return;
        }
        int replicas = topic.get().partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
        int minimum = minimumInSync();
        if (minimum > replicas) {
            throw new ConfigurationException("no task could flow: the topic " + STATE_TOPIC + " of "
                    + cluster.settings() + " has " + replicas + " replicas and wants " + minimum
                    + " of them in sync; set its min.insync.replicas to " + replicas + " or less");
        }
    }

    private Optional<TopicDescription> stateTopic() {
        try {
            return Optional.ofNullable(cluster.get(
                            "look at " + STATE_TOPIC,
                            cluster.admin().describeTopics(List.of(STATE_TOPIC)).allTopicNames())
                    .get(STATE_TOPIC));
        } catch (QueueNotFoundException | AccessRefusedException e) {
            log.debug("{} is not there, or may not be seen: {}", STATE_TOPIC, e.getMessage());
            return Optional.empty();
        }
    }

    private int minimumInSync() {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, STATE_TOPIC);
        try {
            Config config = cluster.get(
                            "ask for the settings of " + STATE_TOPIC,
                            cluster.admin().describeConfigs(List.of(topic)).all())
                    .get(topic);
            ConfigEntry entry = config == null ? null : config.get("min.insync.replicas");
            return entry == null || entry.value() == null ? 1 : Integer.parseInt(entry.value());
        } catch (AccessRefusedException | BrokerUnavailableException e) {
            log.debug("whether {} can be written is not checked", STATE_TOPIC, e);
            return 1;
        }
    }

    private static int number(Map<String, String> settings, String name) {
        return Integer.parseInt(settings.getOrDefault(name, "1"));
    }
}
