package io.lovage.kafka;

import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TimeSource;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The last state of each task that was read. The first final one by offset stays (rule R11.1), for some time and up to
 * some size (rule R11.3), and the oldest goes first. Not thread-safe.
 */
final class ResultShelf {
    /** What an entry costs beside its document. */
    private static final int OVERHEAD_BYTES = 300;

    /**
     * How much is kept, and for how long.
     *
     * @param time counted from the last state of a task
     * @param bytes of documents and what they cost beside
     */
    record Limits(Duration time, long bytes) {
        private static final int DEFAULT_MEGABYTES = 64;
        private static final int MOST_MEGABYTES = 65_536;

        static Limits read(UrlOptions url) {
            return new Limits(
                    url.duration("result_expires", Duration.ofDays(1), Duration.ofSeconds(1), Duration.ofDays(365)),
                    (long) url.integer("keep_megabytes", DEFAULT_MEGABYTES, 1, MOST_MEGABYTES) << 20);
        }
    }

    private record Entry(StoredResult result, long until) {
        long bytes() {
            return (long) result.document().length() + OVERHEAD_BYTES;
        }
    }

    private final TimeSource clock;
    private final Limits limits;
    /** In the order they came, which is the order they expire in. */
    private final Map<TaskId, Entry> entries = new LinkedHashMap<>();

    private long bytes;

    ResultShelf(TimeSource clock, Limits limits) {
        this.clock = clock;
        this.limits = limits;
    }

    /** False when a final state was there before. */
    boolean put(StoredResult result) {
        boolean ended =
                find(result.id()).filter(known -> known.state().isFinal()).isPresent();
        if (ended) {
            return false;
        }
        remove(result.id());
        Entry entry = new Entry(result, clock.nanoTime() + limits.time().toNanos());
        entries.put(result.id(), entry);
        bytes += entry.bytes();
        while (bytes > limits.bytes() && entries.size() > 1) {
            dropOldest();
        }
        return true;
    }

    Optional<StoredResult> find(TaskId id) {
        expire();
        return Optional.ofNullable(entries.get(id)).map(Entry::result);
    }

    boolean remove(TaskId id) {
        expire();
        @Nullable Entry gone = entries.remove(id);
        if (gone != null) {
            bytes -= gone.bytes();
        }
        return gone != null;
    }

    private void expire() {
        long now = clock.nanoTime();
        while (!entries.isEmpty() && entries.values().iterator().next().until() - now <= 0) {
            dropOldest();
        }
    }

    private void dropOldest() {
        Iterator<Entry> oldest = entries.values().iterator();
        bytes -= oldest.next().bytes();
        oldest.remove();
    }

    void clear() {
        entries.clear();
        bytes = 0;
    }

    int size() {
        return entries.size();
    }
}
