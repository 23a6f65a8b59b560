package io.lovage.kafka;

import io.lovage.kafka.ResultRecord.Place;
import io.lovage.spi.Bytes;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Results as replies to the client that sent the task. All clients share one topic: each reads one partition of it and
 * of that what has its address as key. So no client leaves a topic behind, however it ends, and no worker ever meets a
 * topic that has just come or gone (rule R11.7). Thread-safe.
 */
final class ReplyRoute implements ResultRoute {
    private static final Logger log = LoggerFactory.getLogger(ReplyRoute.class);

    private final ResultTopic topic;
    private final ResultWriter writer;
    private volatile @Nullable ReplyAddress address;

    ReplyRoute(ResultTopic topic, ResultWriter writer) {
        this.topic = topic;
        this.writer = writer;
    }

    @Override
    public String name() {
        return "rpc";
    }

    @Override
    public String replyAddress() {
        return own().text();
    }

    private ReplyAddress own() {
        ReplyAddress known = address;
        if (known == null) {
            throw new IllegalStateException("nothing was prepared");
        }
        return known;
    }

    @Override
    public boolean bringsForeignResults() {
        return false;
    }

    @Override
    public synchronized ResultReader.Spec prepare() {
        int partitions = topic.prepareToRead();
        ReplyAddress known = address;
        if (known == null) {
            known = ReplyAddress.random(partitions);
            address = known;
        } else if (known.partition() >= partitions) { // tasks that were sent have this address
            topic.widen(known.partition() + 1);
        }
        return new ResultReader.Spec(topic.name(), List.of(known.partition()), Duration.ZERO, false);
    }

    @Override
    public boolean concerns(ConsumerRecord<byte[], byte[]> record) {
        return record.value() != null && Arrays.equals(record.key(), own().key());
    }

    @Override
    public CompletionStage<Void> write(TaskRef task, StoredResult next) {
        Optional<String> to = task.replyTo().filter(text -> !text.isEmpty());
        return to.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : write(to.get(), task.correlationId(), next.document());
    }

    /** A reply that nobody can receive counts as delivered: one of another kind of backend, or without its topic. */
    CompletionStage<Void> write(String replyTo, String task, Bytes document) {
        Optional<ReplyAddress> to = ReplyAddress.read(replyTo);
        if (to.isEmpty()) {
            log.debug("nobody reads a reply to '{}' here: it was sent with another result backend", replyTo);
            return CompletableFuture.completedFuture(null);
        }
        Place place = new Place(topic.name(), to.get().partition(), to.get().text());
        return writer.write(task, ResultRecord.of(place, task, document)).exceptionallyCompose(failure -> {
            if (KafkaErrors.root(failure) instanceof QueueNotFoundException) {
                log.debug("nobody can receive a reply to '{}' any more", replyTo, failure);
                return CompletableFuture.completedFuture(null);
            }
            return CompletableFuture.failedFuture(KafkaErrors.root(failure));
        });
    }

    /** Nobody but this client has seen it. */
    @Override
    public CompletionStage<Void> writeForgotten(TaskId id) {
        return CompletableFuture.completedFuture(null);
    }

    /** The connection is the broker's. */
    @Override
    public void close() {}
}
