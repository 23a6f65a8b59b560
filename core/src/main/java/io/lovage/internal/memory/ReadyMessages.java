package io.lovage.internal.memory;

import io.lovage.spi.OutboundMessage;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be taken: higher priorities first, in order of arrival within a priority (rules R1.4 and R6.1). Guarded
 * by the space's lock.
 *
 * <p>Invariant: what comes back was taken earlier, so it arrived before everything in {@code fresh} of its priority.
 * Hence {@code returned}, ordered by arrival, always goes first, and both together are in order.
 */
final class ReadyMessages {
    private static final int LEVELS = OutboundMessage.HIGHEST_PRIORITY + 1;

    private final Line[] lines;
    private int size;

    ReadyMessages(boolean priorities) {
        lines = IntStream.range(0, priorities ? LEVELS : 1)
                .mapToObj(level -> new Line())
                .toArray(Line[]::new);
    }

    void addFresh(QueuedMessage message) {
        line(message).fresh.addLast(message);
        size++;
    }

    void addReturned(QueuedMessage message) {
        line(message).returned.add(message);
        size++;
    }

    private Line line(QueuedMessage message) {
        return lines[Math.min(message.priority, lines.length - 1)];
    }

    @Nullable
    QueuedMessage poll() {
        if (size == 0) {
            return null;
        }
        for (int level = lines.length - 1; level >= 0; level--) {
            QueuedMessage first = lines[level].poll();
            if (first != null) {
                size--;
                return first;
            }
        }
        throw new IllegalStateException(size + " messages are counted and none is there");
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int clear() {
        int dropped = size;
        for (Line line : lines) {
            line.fresh.clear();
            line.returned.clear();
        }
        size = 0;
        return dropped;
    }

    /** All of them, in no particular order; for operators. */
    Stream<QueuedMessage> stream() {
        return Stream.of(lines).flatMap(line -> Stream.concat(line.returned.stream(), line.fresh.stream()));
    }

    /** Slow; for operators. */
    boolean remove(QueuedMessage message) {
        Line line = line(message);
        boolean removed = line.returned.remove(message) || line.fresh.remove(message);
        if (removed) {
            size--;
        }
        return removed;
    }

    /** The messages of one priority. */
    private static final class Line {
        final ArrayDeque<QueuedMessage> fresh = new ArrayDeque<>();
        final PriorityQueue<QueuedMessage> returned =
                new PriorityQueue<>(Comparator.comparingLong(message -> message.sequence));

        @Nullable
        QueuedMessage poll() {
            return returned.isEmpty() ? fresh.pollFirst() : returned.poll();
        }
    }
}
