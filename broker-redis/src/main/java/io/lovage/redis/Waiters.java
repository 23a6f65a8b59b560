package io.lovage.redis;

import io.lovage.spi.Bytes;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who waits for which result. A final state ends the waiting of all who wait for it. Not thread-safe.
 *
 * <p>States come on two ways: as they are published, and by reading what was there when the waiting began. One that was
 * read is told only to those who have not heard anything yet, and not a second time when it is published after all. So
 * states are told in their order; only one that changes in the very moment in which the waiting begins may be followed
 * by the one before it.
 */
final class Waiters {
    private static final Logger log = LoggerFactory.getLogger(Waiters.class);

    /** Somebody who waits; the same listener may wait twice. */
    static final class Waiting {
        private final Consumer<StoredResult> listener;
        private final boolean everyState;
        private final CompletableFuture<Void> ready = new CompletableFuture<>();
        /* guarded by whoever guards the waiters */
        private boolean heard;
        private @Nullable Bytes read;
        private volatile boolean stopped;

        Waiting(Consumer<StoredResult> listener, boolean everyState) {
            this.listener = listener;
            this.everyState = everyState;
        }

        boolean everyState() {
            return everyState;
        }

        /** Completes when every state that is stored from now on will be told. */
        CompletableFuture<Void> ready() {
            return ready;
        }

        /** What was on its way is told no more. */
        void stop() {
            stopped = true;
        }

        /** Runs the listener's code; one that fails troubles nobody else. */
        void tell(StoredResult result) {
            if (stopped) {
                return;
            }
            try {
                listener.accept(result);
            } catch (RuntimeException failed) {
                log.error("a listener for the result of task {} failed", result.id(), failed);
            }
        }

        /** Whether this state, which was published, is new to it. */
        private boolean hears(StoredResult result) {
            boolean known = read != null && read.equals(result.document());
            heard = true;
            read = null;
            return everyState && !known;
        }

        /** Whether this state, which was read, is new to it. */
        private boolean learns(StoredResult result) {
            if (heard || !everyState) {
                return false;
            }
            heard = true;
            read = result.document();
            return true;
        }
    }

    private final Map<TaskId, List<Waiting>> byTask = new HashMap<>();

    /** Whether it is the first that waits for this task. */
    boolean add(TaskId id, Waiting one) {
        List<Waiting> all = byTask.computeIfAbsent(id, first -> new ArrayList<>(1));
        all.add(one);
        return all.size() == 1;
    }

    /** Whether it was the last that waited for this task. */
    boolean remove(TaskId id, Waiting one) {
        List<Waiting> all = byTask.get(id);
        if (all == null || !all.remove(one) || !all.isEmpty()) {
            return false;
        }
        byTask.remove(id);
        return true;
    }

    boolean areFor(TaskId id) {
        return byTask.containsKey(id);
    }

    List<Waiting> of(TaskId id) {
        return List.copyOf(byTask.getOrDefault(id, List.of()));
    }

    /** The tasks somebody waits for; a view. */
    Set<TaskId> tasks() {
        return byTask.keySet();
    }

    /** A state was published. Returns whom to tell; they wait no more if it is a final one. */
    List<Waiting> published(StoredResult result) {
        return told(result, one -> one.hears(result));
    }

    /** A state was read. Returns whom to tell; they wait no more if it is a final one. */
    List<Waiting> read(StoredResult result) {
        return told(result, one -> one.learns(result));
    }

    private List<Waiting> told(StoredResult result, Predicate<Waiting> isNews) {
        if (result.state().isFinal()) {
            List<Waiting> all = byTask.remove(result.id());
            return all == null ? List.of() : all;
        }
        List<Waiting> told = new ArrayList<>();
        for (Waiting one : byTask.getOrDefault(result.id(), List.of())) {
            if (isNews.test(one)) {
                told.add(one);
            }
        }
        return told;
    }

    void clear() {
        byTask.clear();
    }
}
