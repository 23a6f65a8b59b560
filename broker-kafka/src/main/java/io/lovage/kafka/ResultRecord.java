package io.lovage.kafka;

import io.lovage.spi.Bytes;
import io.lovage.spi.ResultHead;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A state of a task as it lies in a topic: the value is Celery's document as it is, a header says whose it is. */
final class ResultRecord {
    private static final Logger log = LoggerFactory.getLogger(ResultRecord.class);
    private static final String TASK = "correlation_id";

    /**
     * Where a state is written.
     *
     * @param key by which a reader knows whether it concerns him
     */
    record Place(String topic, int partition, String key) {}

    private ResultRecord() {}

    static ProducerRecord<byte[], byte[]> of(Place place, String task, Bytes document) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(place.topic(), place.partition(), bytes(place.key()), document.toArray());
        record.headers().add(TASK, bytes(task));
        return record;
    }

    /** Tells every reader to forget what it has seen of a task. */
    static ProducerRecord<byte[], byte[]> forgetting(Place place, String task) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(place.topic(), place.partition(), bytes(place.key()), null);
        record.headers().add(TASK, bytes(task));
        return record;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Whose it is by its header. */
    static Optional<TaskId> task(ConsumerRecord<byte[], byte[]> record) {
        @Nullable Header header = record.headers().lastHeader(TASK);
        return header == null || header.value() == null
                ? Optional.empty()
                : id(new String(header.value(), StandardCharsets.UTF_8));
    }

    /**
     * Whoever waits for a result that cannot be read is told that it failed, instead of nothing (rule R11.8). Empty
     * when nobody can be told, which is logged.
     */
    static Optional<StoredResult> read(ConsumerRecord<byte[], byte[]> record) {
        Bytes document = Bytes.wrap(record.value());
        Optional<ResultHead> head = ResultHead.read(document);
        Optional<TaskId> id =
                head.flatMap(ResultHead::taskId).flatMap(ResultRecord::id).or(() -> task(record));
        if (head.isEmpty() || id.isEmpty()) {
            log.warn(
                    "a record of {} bytes in topic {} is not a result; partition {}, offset {}",
                    document.length(),
                    record.topic(),
                    record.partition(),
                    record.offset());
        }
        TaskState state = head.map(ResultHead::status).map(TaskState::new).orElse(TaskState.FAILURE);
        return id.map(task -> new StoredResult(task, state, document));
    }

    private static Optional<TaskId> id(String text) {
        try {
            return Optional.of(new TaskId(text));
        } catch (IllegalArgumentException noId) {
            return Optional.empty();
        }
    }
}
