package io.lovage.benchmarks.bare.kafka;

import io.lovage.benchmarks.bare.Handling;
import io.lovage.benchmarks.bare.QueueUnderTest;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** A topic of one partition and the share group of its name, set up for tasks. Used by one thread at a time. */
public final class BareTopic implements QueueUnderTest {
    private static final long TIMEOUT_SECONDS = 60;
    private static final int SEGMENT_BYTES = 16 << 20;
    private static final int TAKEN_AT_ONCE = 500;
    private static final int MOST_LOOKS = 100;
    private static final long LOOK_NANOS = 100_000_000;

    /** A group that begins at the beginning, and lets in at once who joins. */
    private static final Map<String, String> GROUP =
            Map.of("share.auto.offset.reset", "earliest", "share.assignment.interval.ms", "0");

    /** A group that begins at the beginning, and is else as Kafka makes it. */
    private static final Map<String, String> USUAL_GROUP = Map.of("share.auto.offset.reset", "earliest");

    private static final Map<String, String> TOPIC = Map.of(
            "retention.ms", "-1",
            "message.timestamp.type", "LogAppendTime",
            "segment.bytes", Integer.toString(SEGMENT_BYTES));

    private final Admin admin;
    private final String address;
    private final String name;

    private BareTopic(Admin admin, String address, String name) {
        this.admin = admin;
        this.address = address;
        this.name = name;
    }

    /** Opens a queue, which is made when it is not there. */
    public static BareTopic open(String url, String name) throws IOException {
        return open(url, name, GROUP);
    }

    /** The same with a group that lets in who joins when it is its time. */
    public static BareTopic openUsual(String url, String name) throws IOException {
        return open(url, name, USUAL_GROUP);
    }

    private static BareTopic open(String url, String name, Map<String, String> group) throws IOException {
        String address = URI.create(url).getAuthority();
        BareTopic topic = new BareTopic(Admin.create(Map.of("bootstrap.servers", address)), address, name);
        try {
            topic.declare(group);
            return topic;
        } catch (IOException e) {
            topic.admin.close(Duration.ZERO);
            throw e;
        }
    }

    private void declare(Map<String, String> group) throws IOException {
        List<AlterConfigOp> settings = group.entrySet().stream()
                .map(setting -> new AlterConfigOp(
                        new ConfigEntry(setting.getKey(), setting.getValue()), AlterConfigOp.OpType.SET))
                .toList();
        answer(admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.GROUP, name), settings))
                .all());
        NewTopic topic = new NewTopic(name, Optional.of(1), Optional.empty()).configs(TOPIC);
        try {
            answer(admin.createTopics(List.of(topic)).all());
        } catch (IOException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    @Override
    public String name() {
        return name;
    }

    String address() {
        return address;
    }

    private TopicPartition partition() {
        return new TopicPartition(name, 0);
    }

    /** What the group has not accepted yet; all that is there while there is no group. */
    @Override
    public long waiting() throws IOException {
        SharePartitionOffsetInfo info = groupsOffset();
        long end = offset(OffsetSpec.latest());
        return info != null && info.lag().isPresent() ? info.lag().get() : end - offset(OffsetSpec.earliest());
    }

    private @Nullable SharePartitionOffsetInfo groupsOffset() throws IOException {
        try {
            return answer(admin.listShareGroupOffsets(Map.of(name, new ListShareGroupOffsetsSpec()))
                            .partitionsToOffsetInfo(name))
                    .get(partition());
        } catch (IOException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return null;
            }
            throw e;
        }
    }

    private long offset(OffsetSpec which) throws IOException {
        return answer(admin.listOffsets(Map.of(partition(), which)).partitionResult(partition()))
                .offset();
    }

    /** Settings of the topic as the server has them, its own defaults included. */
    public Map<String, String> settings(List<String> names) throws IOException {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, name);
        awaitKnown();
        Config config = answered(admin.describeConfigs(List.of(topic)).values().get(topic));
        Map<String, String> settings = new LinkedHashMap<>();
        for (String wanted : names) {
            ConfigEntry entry = config.get(wanted);
            settings.put(wanted, entry == null ? "cannot be read back: the server does not know it" : entry.value());
        }
        return settings;
    }

    /** A server that has made a topic may take a moment until it knows it. */
    private void awaitKnown() throws IOException {
        for (int look = 1; ; look++) {
            try {
                replicas();
                return;
            } catch (IOException e) {
                if (look == MOST_LOOKS || !(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
    }

    /** On how many servers each message lies. */
    public int replicas() throws IOException {
        return answered(admin.describeTopics(List.of(name)).topicNameValues().get(name))
                .partitions()
                .get(0)
                .replicas()
                .size();
    }

    /** The version of its metadata: Kafka tells no other. */
    public String serverVersion() throws IOException {
        var levels = answer(admin.describeFeatures().featureMetadata()).finalizedFeatures();
        var metadata = levels.get("metadata.version");
        return metadata == null ? "unknown" : "metadata.version " + metadata.maxVersionLevel();
    }

    @Override
    public void purge() throws IOException {
        answer(admin.deleteRecords(Map.of(partition(), RecordsToDelete.beforeOffset(offset(OffsetSpec.latest()))))
                .all());
    }

    @Override
    public void close() throws IOException {
        try {
            answer(admin.deleteTopics(List.of(name)).all());
        } finally {
            admin.close();
        }
    }

    @Override
    public void takeAll(Handling handling) throws IOException {
        if (groupsOffset() == null) {
            readAll(handling);
        } else if (waiting() > 0) {
            try (BareBatches rest = new BareBatches(this, TAKEN_AT_ONCE, handling)) {
                rest.run(Math.toIntExact(waiting()));
            }
        }
    }

    /** Nobody takes from this topic: then to read it is faster than to join a group. */
    private void readAll(Handling handling) throws IOException {
        long end = offset(OffsetSpec.latest());
        try (KafkaConsumer<byte[], byte[]> reader = new KafkaConsumer<>(
                Map.of("bootstrap.servers", address, "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            reader.assign(List.of(partition()));
            reader.seekToBeginning(List.of(partition()));
            while (reader.position(partition()) < end) {
                for (ConsumerRecord<byte[], byte[]> record : reader.poll(BareShareConsumer.WAIT)) {
                    handling.handle(record.value());
                }
            }
        }
    }

    private static <T> T answered(@Nullable Future<T> future) throws IOException {
        return answer(Objects.requireNonNull(future, "an answer for each question"));
    }

    private static <T> T answer(Future<T> future) throws IOException {
        try {
            return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException("the server refused", e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("the server does not answer", e);
        }
    }
}
