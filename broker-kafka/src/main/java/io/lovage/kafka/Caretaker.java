package io.lovage.kafka;

import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the topic of one queue that is taken from: what is done is deleted (rule R10.7), which Kafka does by
 * itself only after a time and would then do to what waits, too; a topic that is gone is told to whoever takes from it;
 * and brokers that do not answer are told to the log. Every consumer does this, which harms nobody. Asks and never
 * waits. Thread-safe.
 */
final class Caretaker {
    private static final Logger log = LoggerFactory.getLogger(Caretaker.class);
    private static final Duration EVERY = Duration.ofSeconds(5);

    private final Cluster cluster;
    private final Topics topics;
    private final String topic;
    private final TimeSource time;
    private final Consumer<QueueNotFoundException> gone;
    /* guarded by this */
    private final Map<TopicPartition, Long> deletedTo = new HashMap<>();
    private TimeSource.@Nullable Timer timer;
    private boolean closed;
    private boolean missed;
    private boolean toldOfDone;
    private boolean silent;

    Caretaker(Cluster cluster, Topics topics, String topic, TimeSource time, Consumer<QueueNotFoundException> gone) {
        this.cluster = cluster;
        this.topics = topics;
        this.topic = topic;
        this.time = time;
        this.gone = gone;
    }

    synchronized void start() {
        if (!closed) {
            timer = time.after(EVERY, this::look);
        }
    }

    private void look() {
        topics.missing(List.of(topic)).whenComplete((missing, failure) -> {
            noteAnswer(failure);
            if (failure == null) {
                noteMissing(!missing.isEmpty());
            }
        });
        cluster.admin()
                .listShareGroupOffsets(Map.of(topic, new ListShareGroupOffsetsSpec()))
                .partitionsToOffsetInfo(topic)
                .toCompletionStage()
                .whenComplete((offsets, failure) -> {
                    if (failure == null) {
                        deleteBelow(offsets);
                    } else {
                        log.debug("where topic '{}' is done is not known", topic, failure);
                    }
                });
        start();
    }

    /** The client itself tries again and again, and tells nobody. */
    private void noteAnswer(@Nullable Throwable failure) {
        boolean changed;
        synchronized (this) {
            changed = !closed && silent != (failure != null);
            silent = failure != null;
        }
        if (changed && failure != null) {
            log.warn(
                    "Kafka does not answer, and tasks of topic '{}' may not come; trying again: {}",
                    topic,
                    KafkaErrors.text(KafkaErrors.root(failure)));
        } else if (changed) {
            log.info("Kafka answers again, topic '{}'", topic);
        }
    }

    /** One answer may come from a broker that has not heard of the topic yet. */
    private void noteMissing(boolean missing) {
        boolean again;
        synchronized (this) {
            again = missing && missed && !closed;
            missed = missing;
        }
        if (again) {
            gone.accept(new QueueNotFoundException("topic '" + topic + "' is gone: its queue was deleted"));
        }
    }

    private void deleteBelow(Map<TopicPartition, SharePartitionOffsetInfo> offsets) {
        Map<TopicPartition, RecordsToDelete> done = new HashMap<>();
        synchronized (this) {
            offsets.forEach((partition, info) -> {
                if (info == null || !partition.topic().equals(topic)) {
                    return;
                }
                Long before = deletedTo.put(partition, info.startOffset()); // more in a topic that was made anew
                if (info.startOffset() > (before == null ? 0 : before)) {
                    done.put(partition, RecordsToDelete.beforeOffset(info.startOffset()));
                }
            });
        }
        if (!done.isEmpty()) {
            cluster.admin().deleteRecords(done).all().toCompletionStage().whenComplete((nothing, failure) -> {
                if (failure != null) {
                    couldNotDelete(failure);
                }
            });
        }
    }

    private synchronized void couldNotDelete(Throwable failure) {
        deletedTo.clear();
        if (toldOfDone) {
            log.debug("what is done in topic '{}' could not be deleted", topic, failure);
        } else {
            toldOfDone = true;
            log.warn(
                    "what is done in topic '{}' stays on disk, and is tried to be deleted again and again: {}",
                    topic,
                    KafkaErrors.text(KafkaErrors.root(failure)));
        }
    }

    synchronized void close() {
        closed = true;
        TimeSource.Timer last = timer;
        if (last != null) {
            last.cancel();
        }
    }
}
