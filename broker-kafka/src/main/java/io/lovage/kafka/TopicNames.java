package io.lovage.kafka;

import io.lovage.spi.ConfigurationException;
import io.lovage.spi.QueueName;
import java.util.Map;
import java.util.Optional;

/**
 * Names of queues as names of topics, and back. Immutable.
 *
 * <p>A name stays as it is wherever Kafka allows it. What Kafka does not know is written as {@code -.} and a letter:
 * {@code -.c} for a colon, {@code -.a} for an at sign, {@code -.s} for a slash. A minus that a dot follows is itself
 * {@code -.m}, so that every topic is read back as the one queue it was made from. Topics of our own begin with
 * {@code lovage.}; the dot of a queue that begins like that is written as {@code -.d}.
 */
record TopicNames(String prefix) {
    private static final int LONGEST = 249;
    private static final String ESCAPE = "-.";
    private static final String OURS = "lovage.";
    private static final Map<Character, Character> ESCAPED = Map.of(':', 'c', '@', 'a', '/', 's', '-', 'm', '.', 'd');

    /** The topic of a queue; its share group has the same name. */
    String topic(String queue) {
        StringBuilder name = new StringBuilder(prefix);
        for (int i = 0; i < queue.length(); i++) {
            char c = queue.charAt(i);
            boolean escaped = switch (c) {
                case ':', '@', '/' -> true;
                case '-' -> i + 1 < queue.length() && queue.charAt(i + 1) == '.';
                case '.' -> i == OURS.length() - 1 && queue.startsWith(OURS);
                default -> false;
            };
            if (escaped) {
                name.append(ESCAPE).append(ESCAPED.get(c));
            } else {
                name.append(c);
            }
        }
        if (name.length() > LONGEST) {
            throw new ConfigurationException("queue name '" + queue + "' is too long for Kafka: as a topic it has "
                    + name.length() + " characters, at most " + LONGEST + " are allowed; every : @ / counts for three");
        }
        return name.toString();
    }

    /** A topic of our own: {@code lovage.} and this. */
    String own(String what) {
        return prefix + OURS + what;
    }

    /** Dead letters of queues that have no place for them any more. */
    String graveyard() {
        return own("dead");
    }

    /** The queue that has this topic. */
    String queue(String topic) {
        String text = topic.substring(prefix.length());
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.startsWith(ESCAPE, i) && i + 2 < text.length()) {
                name.append(original(text.charAt(i + 2)));
                i += 2;
            } else {
                name.append(text.charAt(i));
            }
        }
        return name.toString();
    }

    /** Likewise, of a name that somebody wrote down; empty when no queue has it. */
    Optional<String> queueOf(String topic) {
        if (!topic.startsWith(prefix)) {
            return Optional.empty();
        }
        try {
            String queue = QueueName.check(queue(topic));
            return topic(queue).equals(topic) ? Optional.of(queue) : Optional.empty();
        } catch (IllegalArgumentException | ConfigurationException noQueue) {
            return Optional.empty();
        }
    }

    private static char original(char letter) {
        return ESCAPED.entrySet().stream()
                .filter(entry -> entry.getValue() == letter)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not written by topic(): -." + letter));
    }
}
