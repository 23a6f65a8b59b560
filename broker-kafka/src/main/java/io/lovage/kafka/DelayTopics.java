package io.lovage.kafka;

import io.lovage.kafka.KafkaOptions.TopicOptions;
import io.lovage.spi.AccessRefusedException;
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
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics of the delays: one for each level, one that only tells the brokers' time, and one for dead letters that
 * have no other place. Each has one partition: order is what a level is for. Thread-safe.
 */
final class DelayTopics implements DelayRoute {
    private static final Logger log = LoggerFactory.getLogger(DelayTopics.class);

    /**
     * A wait of level 0, the hops, and a process that moves and is stopped: another one hears of it with its next
     * heartbeat, joins and reads on.
     */
    private static final Duration PRECISION = Duration.ofSeconds(2);

    /** What stands beside an envelope while it waits. */
    private static final int ROOM_FOR_HEADERS = 1_024;

    private static final String LEVEL = "delay.";
    private static final String CLOCK = "delay.clock";
    private static final long TICKS_KEPT_MILLIS = Duration.ofHours(1).toMillis();
    private static final int TICKS_SEGMENT = 1 << 20;

    private final TopicOptions options;
    private final DeadTopics deadTopics;

    DelayTopics(TopicOptions options, DeadTopics deadTopics) {
        this.options = options;
        this.deadTopics = deadTopics;
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
                DelayHeaders.first(topic, deadTopics.unusual(topic), millis).write());
    }

    String level(int level) {
        return options.names().own(LEVEL + level);
    }

    String clock() {
        return options.names().own(CLOCK);
    }

    /** Where what is delayed lies at last when both its queue and that queue's dead letters are gone. */
    String graveyard() {
        return options.names().graveyard();
    }

    DeadTopics deadTopics() {
        return deadTopics;
    }

    /** The group of those who move; one of them does. */
    String group() {
        return options.names().own("delay");
    }

    List<String> levels() {
        return DelayLevels.all().mapToObj(this::level).toList();
    }

    private Stream<String> all() {
        return Stream.concat(levels().stream(), Stream.of(clock(), graveyard()));
    }

    /** The next {@link #ensure} asks. */
    void forget(Topics topics) {
        all().forEach(topics::forget);
    }

    /** Creates what is missing. Asks nobody when all were seen before. */
    void ensure(Cluster cluster, Topics topics) {
        List<String> unknown =
                all().filter(topic -> topics.known(topic).isEmpty()).toList();
        if (unknown.isEmpty()) {
            return;
        }
        String doing = "create the topics of delayed messages";
        Set<String> missing = cluster.get(doing, topics.missing(unknown).toCompletableFuture());
        List<NewTopic> wanted = new ArrayList<>();
        missing.forEach(topic ->
                wanted.add(topic.equals(graveyard()) ? NewTopics.deadLetters(options, topic) : newTopic(topic)));
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
        });
        topics.awaitCreated(wanted.stream().map(NewTopic::name).toList());
        checkThatTheyKeep(
                cluster,
                topics,
                unknown.stream()
                        .filter(topic -> !missing.contains(topic) && !topic.equals(clock()))
                        .toList());
    }

    /** Brokers that create topics when somebody asks for them let them drop what is a week old. */
    private static void checkThatTheyKeep(Cluster cluster, Topics topics, List<String> adopted) {
        try {
            cluster.get(
                            "look at the topics of delayed messages",
                            cluster.admin()
                                    .describeConfigs(adopted.stream()
                                            .map(Queues::topicOf)
                                            .toList())
                                    .all())
                    .forEach((topic, config) -> {
                        if (Queues.drops(config)) {
                            topics.forget(topic.name()); // so that it is looked at again
                            throw new ConfigurationException("topic " + topic.name()
                                    + " drops messages after a while: set its retention.ms and retention.bytes to -1");
                        }
                    });
        } catch (AccessRefusedException e) {
            log.debug("whether the topics of delayed messages keep them may not be seen", e);
        }
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
        return new NewTopic(name, Optional.of(1), options.replication()).configs(settings);
    }
}
