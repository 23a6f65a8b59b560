package io.lovage.redis;

import io.lovage.spi.Bytes;
import java.util.Optional;

/** What is read out of Celery's result document here; the rest is for whoever wants the result. */
record ResultHead(Optional<String> taskId, String status) {
    /**
     * Reads a document, whatever the value in it is (rule R11.8).
     *
     * @throws IllegalArgumentException when it is none
     */
    static ResultHead read(byte[] document) {
        return io.lovage.spi.ResultHead.read(Bytes.wrap(document))
                .map(head -> new ResultHead(head.taskId(), head.status()))
                .orElseThrow(
                        () -> new IllegalArgumentException("it is no result document of Celery: no map with a status"));
    }
}
