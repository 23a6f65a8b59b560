package io.lovage.kafka;

import io.lovage.spi.QueueSpec;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Which topic has the dead letters of a queue, by what was declared over this connection. Thread-safe. */
final class DeadTopics {
    /** Those that are not called as usual, by the topics of their queues. */
    private final Map<String, String> unusual = new ConcurrentHashMap<>();

    private final TopicNames names;

    DeadTopics(TopicNames names) {
        this.names = names;
    }

    void declared(QueueSpec queue) {
        String topic = names.topic(queue.name());
        String dead = names.topic(queue.deadLetterQueue());
        if (dead.equals(usual(queue.name()))) {
            unusual.remove(topic);
        } else {
            unusual.put(topic, dead);
        }
    }

    /** What only who declared the queue knows. */
    Optional<String> unusual(String topic) {
        return Optional.ofNullable(unusual.get(topic));
    }

    /** Empty where the topic is no queue's. */
    Optional<String> of(String topic) {
        return unusual(topic).or(() -> names.queueOf(topic).map(this::usual));
    }

    private String usual(String queue) {
        return names.topic(QueueSpec.of(queue).deadLetterQueue());
    }
}
