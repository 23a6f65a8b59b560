package io.lovage.kafka;

import io.lovage.kafka.ResultRecord.Place;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Results in a topic that every client reads whole. All states of a task are in one partition, so that their order is
 * the same for everybody. Thread-safe.
 */
final class ResultTopicRoute implements ResultRoute {
    private final String address = UUID.randomUUID().toString();
    private final ResultTopic topic;
    private final ResultSurroundings around;
    private final ResultWriter writer;
    private final Duration since;
    private final Runnable whenClosed;
    /** As far as was seen. */
    private volatile int partitions;

    /**
     * The topic exists when this returns.
     *
     * @param since from how long ago on it is read
     */
    ResultTopicRoute(ResultTopic topic, ResultSurroundings around, Duration since, Runnable whenClosed) {
        this.topic = topic;
        this.around = around;
        this.writer = new ResultWriter(around);
        this.since = since;
        this.whenClosed = whenClosed;
        this.partitions = topic.prepare();
    }

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public String replyAddress() {
        return address;
    }

    @Override
    public boolean bringsForeignResults() {
        return true;
    }

    @Override
    public ResultReader.Spec prepare() {
        return new ResultReader.Spec(
                topic.name(), IntStream.range(0, topic.prepareToRead()).boxed().toList(), since, true);
    }

    @Override
    public boolean concerns(ConsumerRecord<byte[], byte[]> record) {
        return true;
    }

    @Override
    public CompletionStage<Void> write(TaskRef task, StoredResult next) {
        return write(next.id(), place -> ResultRecord.of(place, next.id().value(), next.document()));
    }

    @Override
    public CompletionStage<Void> writeForgotten(TaskId id) {
        return write(id, place -> ResultRecord.forgetting(place, id.value()));
    }

    private Place place(TaskId id) {
        int count = around.topics().known(topic.name()).orElse(partitions);
        return new Place(topic.name(), Math.floorMod(id.value().hashCode(), count), id.value());
    }

    /**
     * A topic that somebody has deleted is made again, since others may read it; perhaps by somebody who gives it
     * another number of partitions.
     */
    private CompletionStage<Void> write(TaskId id, Function<Place, ProducerRecord<byte[], byte[]>> record) {
        return writer.write(id.value(), record.apply(place(id))).exceptionallyCompose(failure -> {
            Throwable root = KafkaErrors.root(failure);
            if (!(root instanceof QueueNotFoundException)) {
                return CompletableFuture.failedFuture(root);
            }
            return CompletableFuture.supplyAsync(topic::prepare, around.callbacks())
                    .thenCompose(made -> {
                        partitions = made;
                        return writer.write(id.value(), record.apply(place(id)));
                    });
        });
    }

    @Override
    public void close() {
        whenClosed.run();
    }
}
