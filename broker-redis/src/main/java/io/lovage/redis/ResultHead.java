package io.lovage.redis;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * What is read out of Celery's result document here; the rest is for whoever wants the result. Where both are known the
 * reading ends: a large result is not parsed twice.
 */
record ResultHead(Optional<String> taskId, String status) {
    /** Python writes NaN and Infinity. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private static final String NO_DOCUMENT = "it is no result document of Celery";

    /**
     * Reads a document.
     *
     * @throws IllegalArgumentException when it is none
     */
    static ResultHead read(byte[] document) {
        String status = "";
        String taskId = "";
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), document)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException(NO_DOCUMENT);
            }
            while ((status.isEmpty() || taskId.isEmpty()) && parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String field = parser.currentName();
                boolean text = parser.nextToken() == JsonToken.VALUE_STRING;
                if (text && field.equals("status")) {
                    status = parser.getString();
                } else if (text && field.equals("task_id")) {
                    taskId = parser.getString();
                } else {
                    parser.skipChildren();
                }
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException(NO_DOCUMENT + ": " + e.getOriginalMessage(), e);
        }
        if (status.isBlank()) {
            throw new IllegalArgumentException(NO_DOCUMENT + ": it has no status");
        }
        return new ResultHead(taskId.isEmpty() ? Optional.empty() : Optional.of(taskId), status);
    }
}
