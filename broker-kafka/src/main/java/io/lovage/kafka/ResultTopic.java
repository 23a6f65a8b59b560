package io.lovage.kafka;

import io.lovage.kafka.KafkaOptions.TopicOptions;
import io.lovage.spi.AccessRefusedException;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A topic in which results lie until their time is over. What exists is adopted as it is, unless it is compacted: then
 * only the last state of a task would stay, and the first final one is the one that counts (rule R11.1). Thread-safe.
 */
final class ResultTopic {
    private static final Logger log = LoggerFactory.getLogger(ResultTopic.class);
    /** A segment that is written to is never removed, so there are several within the time. */
    private static final int SEGMENTS = 4;

    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration SHORTEST_SEGMENT = Duration.ofSeconds(10);

    /**
     * How it is made.
     *
     * @param retention how long a record stays at least; at most half as long again
     */
    record Spec(String name, int partitions, Duration retention) {}

    private final Spec spec;
    private final ResultSurroundings around;

    ResultTopic(Spec spec, ResultSurroundings around) {
        this.spec = spec;
        this.around = around;
    }

    String name() {
        return spec.name();
    }

    /** Creates it where it is missing. Returns how many partitions it has. Blocks. */
    int prepare() {
        try {
            return adopt();
        } catch (QueueNotFoundException notYet) {
            return create();
        }
    }

    /** As {@link #prepare}; fails where this user may not read it, of which a reader would never hear. */
    int prepareToRead() {
        int partitions = prepare();
        Cluster cluster = around.cluster();
        Map<String, TopicDescription> found = cluster.get(
                "look for topic '" + name() + "'",
                cluster.admin()
                        .describeTopics(List.of(name()), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                        .allTopicNames());
        for (TopicDescription topic : found.values()) {
            Set<AclOperation> allowed = topic.authorizedOperations();
            if (allowed != null && !allowed.isEmpty() && !allowed.contains(AclOperation.READ)) {
                throw new AccessRefusedException("cannot read topic '" + name() + "': this user may only " + allowed);
            }
        }
        return partitions;
    }

    /** Gives it more partitions: somebody has made it anew with fewer than it had. Blocks. */
    void widen(int partitions) {
        Cluster cluster = around.cluster();
        log.warn("topic {} was made anew with fewer partitions than it had; it gets {} again", name(), partitions);
        try {
            cluster.get(
                    "give topic '" + name() + "' " + partitions + " partitions, which replies are sent to",
                    cluster.admin()
                            .createPartitions(Map.of(name(), NewPartitions.increaseTo(partitions)))
                            .all());
        } catch (ConfigurationException e) { // another client may have given it as many at the same time
            if (!(e.getCause() instanceof InvalidPartitionsException) || adopt() < partitions) {
                throw e;
            }
        }
    }

    private int adopt() {
        Cluster cluster = around.cluster();
        Map<String, TopicDescription> found = cluster.get(
                "look for topic '" + name() + "'",
                cluster.admin().describeTopics(List.of(name())).allTopicNames());
        checkThatItIsNotCompacted();
        return found.values().stream()
                .mapToInt(topic -> topic.partitions().size())
                .sum();
    }

    private void checkThatItIsNotCompacted() {
        Cluster cluster = around.cluster();
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, name());
        Map<ConfigResource, Config> settings;
        try {
            settings = cluster.get(
                    "look at topic '" + name() + "'",
                    cluster.admin().describeConfigs(List.of(topic)).all());
        } catch (AccessRefusedException e) {
            log.debug("whether {} is compacted may not be seen", name(), e);
            return;
        }
        boolean compacted = settings.values().stream()
                .map(config -> config.get(TopicConfig.CLEANUP_POLICY_CONFIG))
                .anyMatch(policy -> policy != null && policy.value().contains(TopicConfig.CLEANUP_POLICY_COMPACT));
        if (compacted) {
            throw new ConfigurationException("topic '" + name()
                    + "' is compacted: the last state of a task would stay, not the first final one; set its"
                    + " cleanup.policy to delete");
        }
    }

    private int create() {
        Cluster cluster = around.cluster();
        CreateTopicsResult created = cluster.admin().createTopics(List.of(newTopic()));
        try {
            cluster.get("create topic '" + name() + "' for results", created.all());
        } catch (BrokerException e) {
            if (!(e.getCause() instanceof TopicExistsException)) { // somebody else creates it at the same time
                throw e;
            }
        }
        return awaitCreated();
    }

    /** The broker that answers may not have heard of it yet: a reply that came now would be nobody's. */
    private int awaitCreated() {
        long begun = around.time().nanoTime();
        while (true) {
            try {
                return adopt();
            } catch (QueueNotFoundException notYet) {
                if (around.time().nanoTime() - begun > PATIENCE.toNanos()) {
                    throw new BrokerUnavailableException(
                            "topic '" + name() + "' was created, and is not to be seen within "
                                    + UrlOptions.written(PATIENCE),
                            notYet);
                }
                pause();
            }
        }
    }

    private void pause() {
        CountDownLatch over = new CountDownLatch(1);
        around.time().after(LOOK_EVERY, over::countDown);
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailableException("interrupted while waiting for topic '" + name() + "'", e);
        }
    }

    private NewTopic newTopic() {
        TopicOptions options = around.options().topics();
        int largest = options.largestRecord();
        long segment = Math.max(SHORTEST_SEGMENT.toMillis(), spec.retention().toMillis() / SEGMENTS);
        return new NewTopic(name(), Optional.of(spec.partitions()), options.replication())
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        Long.toString(spec.retention().toMillis()),
                        TopicConfig.SEGMENT_MS_CONFIG,
                        Long.toString(segment),
                        TopicConfig.SEGMENT_BYTES_CONFIG,
                        Integer.toString(Math.max(options.segmentBytes(), largest)),
                        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                        "LogAppendTime",
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                        Integer.toString(largest)));
    }
}
