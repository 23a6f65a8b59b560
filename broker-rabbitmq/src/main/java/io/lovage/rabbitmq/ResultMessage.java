package io.lovage.rabbitmq;

import io.lovage.spi.Bytes;
import io.lovage.spi.ResultHead;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A result as it travels: only the task's id and its state are read out of Celery's document here. */
final class ResultMessage {
    private static final Logger log = LoggerFactory.getLogger(ResultMessage.class);

    private ResultMessage() {}

    /**
     * Whoever waits for a result that cannot be read is told that it failed, instead of nothing (rule R11.8). Empty
     * when nobody can be told, which is logged.
     */
    static Optional<StoredResult> read(@Nullable String correlationId, byte[] body) {
        Bytes document = Bytes.wrap(body);
        Optional<ResultHead> head = ResultHead.read(document);
        Optional<TaskId> id = head.flatMap(ResultHead::taskId)
                .or(() -> Optional.ofNullable(correlationId))
                .flatMap(ResultMessage::id);
        if (head.isEmpty() || id.isEmpty()) {
            log.warn("a message of {} bytes in the reply queue is not a result", body.length);
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
