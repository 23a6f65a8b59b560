package io.lovage.redis;

import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The last state of each task that came as a reply: the first final one stays (rule R11.1), for some time and up to
 * some size (rule R11.3), and the oldest goes first. Not thread-safe.
 */
final class KeptReplies {
    /** What a kept result costs beside its document. */
    private static final int OVERHEAD_BYTES = 300;

    private record Kept(StoredResult result, long expiresAtNanos) {
        long bytes() {
            return (long) result.document().length() + OVERHEAD_BYTES;
        }
    }

    private final TimeSource time;
    private final Duration expires;
    private final long mostBytes;
    /** In the order they came, which is the order they expire in. */
    private final Map<TaskId, Kept> states = new LinkedHashMap<>();

    private long bytes;

    KeptReplies(TimeSource time, Duration expires, long mostBytes) {
        this.time = time;
        this.expires = expires;
        this.mostBytes = mostBytes;
    }

    /** Keeps it, unless a final state came before. */
    boolean keep(StoredResult result) {
        boolean ended =
                find(result.id()).filter(known -> known.state().isFinal()).isPresent();
        if (ended) {
            return false;
        }
        forget(result.id());
        Kept kept = new Kept(result, time.nanoTime() + expires.toNanos());
        states.put(result.id(), kept);
        bytes += kept.bytes();
        Iterator<Kept> oldest = states.values().iterator();
        while (bytes > mostBytes && states.size() > 1) {
            bytes -= oldest.next().bytes();
            oldest.remove();
        }
        return true;
    }

    /** The last state that came. */
    Optional<StoredResult> find(TaskId id) {
        expire();
        return Optional.ofNullable(states.get(id)).map(Kept::result);
    }

    private void expire() {
        long now = time.nanoTime();
        Iterator<Kept> oldest = states.values().iterator();
        while (oldest.hasNext()) {
            Kept kept = oldest.next();
            if (kept.expiresAtNanos() - now > 0) {
                return;
            }
            bytes -= kept.bytes();
            oldest.remove();
        }
    }

    boolean forget(TaskId id) {
        expire();
        @Nullable Kept gone = states.remove(id);
        if (gone != null) {
            bytes -= gone.bytes();
        }
        return gone != null;
    }

    void clear() {
        states.clear();
        bytes = 0;
    }

    /** For tests of what must not grow. */
    int size() {
        return states.size();
    }
}
