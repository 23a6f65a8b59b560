package io.lovage.kafka;

import io.lovage.kafka.KafkaOptions.TopicOptions;
import io.lovage.spi.BrokerException;
import io.lovage.spi.ConfigurationException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The net below: a topic for what the servers themselves give up, since they count deliveries too and would drop a
 * record at their limit. It takes a worker that rebases nothing any more, or somebody else in the group, to get there.
 * One topic for all queues: it is as good as always empty. Thread-safe.
 */
final class ServersLetters {
    private static final Logger log = LoggerFactory.getLogger(ServersLetters.class);
    private static final String TOPIC_OF_GROUP = "errors.deadletterqueue.topic.name";
    private static final String WITH_THE_RECORD = "errors.deadletterqueue.copy.record.enable";

    private final Cluster cluster;
    private final Topics topics;
    private final TopicOptions options;
    private final Optional<String> topic;
    private volatile boolean told;

    /**
     * Asks nothing yet.
     *
     * @param prefix of the names of topics that the servers write dead letters to; empty when they cannot
     */
    ServersLetters(Cluster cluster, Topics topics, TopicOptions options, Optional<String> prefix) {
        this.cluster = cluster;
        this.topics = topics;
        this.options = options;
        this.topic = prefix.map(before -> before + options.names().graveyard());
    }

    /** Empty where the servers write none. */
    Optional<String> topic() {
        return topic;
    }

    /** What a group is told, after the topic was made; nothing where there can be none: the net is not what holds. */
    Map<String, String> settings() {
        return topic.filter(this::isThere)
                .map(name -> Map.of(TOPIC_OF_GROUP, name, WITH_THE_RECORD, "true"))
                .orElse(Map.of());
    }

    private boolean isThere(String name) {
        if (topics.known(name).isPresent()) {
            return true;
        }
        try {
            if (!cluster.wait("look for topic '" + name + "'", topics.missing(List.of(name)))
                    .isEmpty()) {
                create(name);
            }
            return true;
        } catch (BrokerException e) {
            if (!told) {
                log.warn("the servers have no place for dead letters of their own: {}", e.getMessage());
            }
            told = true;
            return false;
        }
    }

    private void create(String name) {
        try {
            cluster.get(
                    "create topic '" + name + "'",
                    cluster.admin()
                            .createTopics(List.of(NewTopics.lettersOfServers(options, name)))
                            .all());
        } catch (ConfigurationException e) {
            if (!(e.getCause() instanceof TopicExistsException)) { // somebody else creates it at the same time
                throw e;
            }
        }
        topics.awaitCreated(List.of(name));
    }
}
