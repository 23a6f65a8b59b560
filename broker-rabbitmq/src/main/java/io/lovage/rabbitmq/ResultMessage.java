package io.lovage.rabbitmq;

import io.lovage.spi.Bytes;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** A result as it travels: only the task's id and its state are read out of Celery's document here. */
final class ResultMessage {
    private static final Logger log = LoggerFactory.getLogger(ResultMessage.class);
    private static final JsonFactory JSON = new JsonFactory();

    private ResultMessage() {}

    /** Empty when it is not a result; that is logged, since nobody can be told. */
    static Optional<StoredResult> read(@Nullable String correlationId, byte[] body) {
        String status = null;
        String id = correlationId;
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    String field = parser.currentName();
                    JsonToken value = parser.nextToken();
                    if (value == JsonToken.VALUE_STRING && field.equals("status")) {
                        status = parser.getString();
                    } else if (value == JsonToken.VALUE_STRING && field.equals("task_id")) {
                        id = parser.getString();
                    } else {
                        parser.skipChildren();
                    }
                }
            }
            if (status != null && id != null) {
                return Optional.of(new StoredResult(new TaskId(id), new TaskState(status), Bytes.wrap(body)));
            }
            log.warn("a message of {} bytes in the reply queue is not a result", body.length);
        } catch (JacksonException | IllegalArgumentException e) {
            log.warn("a message of {} bytes in the reply queue is not a result: {}", body.length, e.getMessage());
        }
        return Optional.empty();
    }
}
