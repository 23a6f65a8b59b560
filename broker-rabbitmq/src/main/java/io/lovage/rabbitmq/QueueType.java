package io.lovage.rabbitmq;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What kind of queue is made when one is missing. */
enum QueueType {
    /** Replicated, counts deliveries, with a dead-letter queue behind it. */
    QUORUM,
    /** Exactly what Celery declares: durable, no arguments. */
    CLASSIC;

    static List<String> words() {
        return Arrays.stream(values()).map(QueueType::word).toList();
    }

    static QueueType ofWord(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
