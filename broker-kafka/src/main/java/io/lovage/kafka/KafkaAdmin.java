package io.lovage.kafka;

import io.lovage.spi.BrokerAdmin;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.QueueStats;
import io.lovage.spi.TimeSource;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import org.apache.kafka.clients.admin.DeleteShareGroupsOptions;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.clients.admin.ShareMemberDescription;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** For operators. Thread-safe. */
final class KafkaAdmin implements BrokerAdmin {
    private static final Logger log = LoggerFactory.getLogger(KafkaAdmin.class);
    private static final String PURGER = "purge";
    private static final Duration LOOK = Duration.ofMillis(200);
    /** A queue that gave nothing for so long is empty. */
    private static final Duration EMPTY = Duration.ofSeconds(1);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration GROUP_DELETION = Duration.ofSeconds(3);
    private static final Duration COMMIT = Duration.ofSeconds(10);

    /**
     * What it works with.
     *
     * @param clients makes a share consumer of a topic, with this client id
     */
    record Surroundings(
            Cluster cluster,
            TopicNames names,
            Topics topics,
            TimeSource time,
            String clientName,
            BiFunction<String, String, ShareClient> clients) {}

    private final Surroundings around;
    private final DeadLetterBox letters;

    KafkaAdmin(Surroundings around, DeadLetterBox letters) {
        this.around = around;
        this.letters = letters;
    }

    /**
     * Kafka counts what is not done, in flight or not, and does not say which; so what waits is known only while nobody
     * takes.
     */
    @Override
    public QueueStats stats(QueueSpec queue) {
        String topic = exists(queue);
        boolean taken = members(topic).map(all -> !all.isEmpty()).orElse(false);
        OptionalLong undone = taken ? OptionalLong.empty() : OptionalLong.of(undone(topic));
        return new QueueStats(
                undone, taken ? OptionalLong.empty() : OptionalLong.of(0), OptionalLong.empty(), dead(queue));
    }

    private OptionalLong dead(QueueSpec queue) {
        try {
            return OptionalLong.of(letters.count(queue));
        } catch (QueueNotFoundException e) {
            return OptionalLong.of(0);
        }
    }

    private String exists(QueueSpec queue) {
        String topic = around.names().topic(queue.name());
        around.topics().check(queue.name(), topic);
        return topic;
    }

    private Optional<Collection<ShareMemberDescription>> members(String group) {
        try {
            ShareGroupDescription found = around.cluster()
                    .get(
                            "ask for the members of group '" + group + "'",
                            around.cluster()
                                    .admin()
                                    .describeShareGroups(List.of(group))
                                    .all())
                    .get(group);
            return Optional.ofNullable(found).map(ShareGroupDescription::members);
        } catch (BrokerException e) {
            if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                throw e;
            }
            log.debug("group '{}' is not there yet", group, e);
            return Optional.empty();
        }
    }

    /** Ready or in flight. */
    private long undone(String topic) {
        Map<TopicPartition, SharePartitionOffsetInfo> offsets = around.cluster()
                .get(
                        "count what waits in topic '" + topic + "'",
                        around.cluster()
                                .admin()
                                .listShareGroupOffsets(Map.of(topic, new ListShareGroupOffsetsSpec()))
                                .partitionsToOffsetInfo(topic));
        Offsets.Bounds bounds = Offsets.of(around.cluster(), topic);
        long sum = 0;
        for (TopicPartition partition : bounds.partitions()) {
            SharePartitionOffsetInfo info = offsets.get(partition);
            long start = info == null
                    ? bounds.beginning(partition)
                    : Math.max(info.startOffset(), bounds.beginning(partition));
            sum += info != null && info.lag().isPresent() && info.lag().get() >= 0
                    ? info.lag().get()
                    : Math.max(0, bounds.end(partition) - start);
        }
        return sum;
    }

    /** Takes and accepts everything that can be taken, as one more member of the group. */
    @Override
    public long purge(QueueSpec queue) {
        String topic = exists(queue);
        if (undone(topic) == 0) {
            return 0;
        }
        String clientId = around.clientName() + "-" + PURGER;
        ShareClient client = around.clients().apply(topic, clientId);
        try {
            return takeAll(client, topic, clientId);
        } catch (Woken e) {
            throw new BrokerUnavailableException("purging was interrupted", e);
        } finally {
            client.close(COMMIT);
        }
    }

    private long takeAll(ShareClient client, String topic, String clientId) throws Woken {
        long start = around.time().nanoTime();
        long last = start;
        long dropped = 0;
        boolean assigned = false;
        while (!assigned || around.time().nanoTime() - last < EMPTY.toNanos()) {
            if (around.time().nanoTime() - start > PATIENCE.toNanos()) {
                throw new BrokerUnavailableException("the queue was not empty within " + UrlOptions.written(PATIENCE)
                        + "; " + dropped + " messages were dropped");
            }
            List<Taken> taken = client.poll(LOOK);
            if (!taken.isEmpty()) {
                taken.forEach(record -> client.acknowledge(record.place(), Acknowledgement.ACCEPT));
                Map<Integer, Answer> answers = client.commit(COMMIT);
                dropped += taken.stream()
                        .filter(record -> answers.get(record.place().partition()) == Answer.DONE)
                        .count();
                last = around.time().nanoTime();
            } else if (!assigned && isAssigned(topic, clientId)) {
                assigned = true;
                last = around.time().nanoTime();
            }
        }
        return dropped;
    }

    private boolean isAssigned(String group, String clientId) {
        return members(group).stream()
                .flatMap(Collection::stream)
                .filter(member -> member.clientId().equals(clientId))
                .anyMatch(member -> !member.assignment().topicPartitions().isEmpty());
    }

    /** The group goes first: Kafka cannot delete what it knows of a topic that is gone. */
    @Override
    public void delete(QueueSpec queue) {
        String topic = around.names().topic(queue.name());
        deleteGroup(queue, topic);
        try {
            around.cluster()
                    .get(
                            "delete queue '" + queue.name() + "'",
                            around.cluster()
                                    .admin()
                                    .deleteTopics(List.of(topic))
                                    .all());
            around.topics().awaitGone(topic);
        } catch (QueueNotFoundException e) {
            log.debug("there is no queue '{}' to delete: {}", queue.name(), e.getMessage());
        }
        around.topics().forget(topic);
    }

    private void deleteGroup(QueueSpec queue, String group) {
        try {
            around.cluster()
                    .get(
                            "delete the group of queue '" + queue.name() + "'",
                            around.cluster()
                                    .admin()
                                    .deleteShareGroups(
                                            List.of(group),
                                            new DeleteShareGroupsOptions()
                                                    .timeoutMs(Math.toIntExact(GROUP_DELETION.toMillis())))
                                    .all());
        } catch (BrokerException e) {
            log.debug("the group of queue '{}' stays: it has members, or never was: {}", queue.name(), e.getMessage());
        }
    }

    @Override
    public List<DeadLetter> deadLetters(QueueSpec queue, int max) {
        return letters.list(queue, max);
    }

    @Override
    public boolean resend(QueueSpec queue, String deadLetterId) {
        exists(queue);
        return letters.resend(queue, deadLetterId);
    }

    @Override
    public boolean discard(QueueSpec queue, String deadLetterId) {
        return letters.discard(queue, deadLetterId);
    }
}
