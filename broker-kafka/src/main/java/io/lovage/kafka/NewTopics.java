package io.lovage.kafka;

import io.lovage.kafka.KafkaOptions.TopicOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/** Topics as they are created where there are none. */
final class NewTopics {
    static final String FOR_EVER = "-1";
    /** Whether the servers may write dead letters of their own into a topic. */
    private static final String TAKES_LETTERS_OF_SERVERS = "errors.deadletterqueue.group.enable";

    private NewTopics() {}

    /** Messages wait without limit of time. */
    static NewTopic queue(TopicOptions options, String name) {
        return topic(options, name, options.partitions(), options.largestRecord(), keepingAll());
    }

    /** Compacted, with the letter's id as key, so that single letters can be removed; one partition keeps the order. */
    static NewTopic deadLetters(TopicOptions options, String name) {
        return topic(
                options,
                name,
                1,
                options.largestLetter(),
                Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
    }

    /** What the servers write has no key, which a compacted topic refuses. */
    static NewTopic lettersOfServers(TopicOptions options, String name) {
        Map<String, String> settings = new HashMap<>(keepingAll());
        settings.put(TAKES_LETTERS_OF_SERVERS, "true");
        return topic(options, name, 1, options.largestRecord(), settings);
    }

    private static Map<String, String> keepingAll() {
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_DELETE,
                TopicConfig.RETENTION_MS_CONFIG,
                FOR_EVER,
                TopicConfig.RETENTION_BYTES_CONFIG,
                FOR_EVER);
    }

    private static NewTopic topic(
            TopicOptions options, String name, int partitions, int largest, Map<String, String> special) {
        Map<String, String> settings = new HashMap<>(special);
        settings.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
        settings.put(TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(Math.max(options.segment(), largest)));
        settings.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(largest));
        return new NewTopic(name, Optional.of(partitions), options.replication()).configs(settings);
    }
}
