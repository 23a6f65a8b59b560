package io.lovage.kafka;

import io.lovage.kafka.KafkaOptions.TopicOptions;
import io.lovage.spi.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * The topics of the delays: one for each level, and one that only tells the brokers' time. Each has one partition:
 * order is what a level is for. Thread-safe.
 */
final class DelayTopics implements DelayRoute {
    /** Two waits of level 0, and as much for those who move it. */
    private static final Duration PRECISION = Duration.ofSeconds(1);

    /** What stands beside an envelope while it waits. */
    private static final int ROOM_FOR_HEADERS = 1_024;

    private static final String LEVEL = "delay.";
    private static final String CLOCK = "delay.clock";
    private static final long TICKS_KEPT_MILLIS = Duration.ofHours(1).toMillis();
    private static final int TICKS_SEGMENT = 1 << 20;

    private final TopicOptions options;

    DelayTopics(TopicOptions options) {
        this.options = options;
    }

    @Override
    public Duration longest() {
        return DelayLevels.LONGEST;
    }

    @Override
    public Duration precision() {
        return PRECISION;
    }

    @Override
    public DelayStep first(String topic, Duration delay) {
        long millis = delay.plusNanos(999_999).toMillis();
        return new DelayStep(
                level(DelayLevels.levelFor(millis)),
                DelayHeaders.first(topic, millis).write());
    }

    String level(int level) {
        return options.names().own(LEVEL + level);
    }

    String clock() {
        return options.names().own(CLOCK);
    }

    /** The group of those who move; one of them does. */
    String group() {
        return options.names().own("delay");
    }

    List<String> levels() {
        return DelayLevels.all().mapToObj(this::level).toList();
    }

    /** Creates what is missing. Asks nobody when all were seen before. */
    void ensure(Cluster cluster, Topics topics) {
        List<String> unknown = Stream.concat(levels().stream(), Stream.of(clock()))
                .filter(topic -> topics.known(topic).isEmpty())
                .toList();
        if (unknown.isEmpty()) {
            return;
        }
        String doing = "create the topics of delayed messages";
        Set<String> missing = cluster.get(doing, topics.missing(unknown).toCompletableFuture());
        List<NewTopic> wanted = new ArrayList<>();
        missing.forEach(topic -> wanted.add(newTopic(topic)));
        Map<String, KafkaFuture<Void>> created = wanted.isEmpty()
                ? Map.of()
                : cluster.admin().createTopics(wanted).values();
        created.forEach((topic, done) -> {
            try {
                cluster.get(doing, done);
            } catch (ConfigurationException e) {
                if (!(e.getCause() instanceof TopicExistsException)) { // somebody else creates it at the same time
                    throw e;
                }
            }
            topics.created(topic, 1);
        });
        awaitLeaders(cluster, unknown);
    }

    /**
     * A topic is known before its leader serves. When the first batch to a new partition is refused for that, and the
     * second one, already under way, is not, then the broker takes the second for the producer's first and refuses the
     * first for ever.
     */
    private static void awaitLeaders(Cluster cluster, List<String> topics) {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        topics.forEach(topic -> ends.put(new TopicPartition(topic, 0), OffsetSpec.latest()));
        cluster.get(
                "wait for the topics of delayed messages",
                cluster.admin().listOffsets(ends).all());
    }

    private NewTopic newTopic(String name) {
        boolean clock = name.equals(clock());
        Map<String, String> settings = new HashMap<>();
        settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
        settings.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
        settings.put(TopicConfig.RETENTION_BYTES_CONFIG, "-1");
        settings.put(TopicConfig.RETENTION_MS_CONFIG, clock ? Long.toString(TICKS_KEPT_MILLIS) : "-1");
        settings.put(
                TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(clock ? TICKS_SEGMENT : options.segmentBytes()));
        if (!clock) {
            settings.put(
                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(options.largestRecord() + ROOM_FOR_HEADERS));
        }
        return new NewTopic(name, Optional.of(1), Optional.empty()).configs(settings);
    }
}
