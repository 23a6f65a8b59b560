package io.lovage.internal.worker;

import io.lovage.internal.wire.TaskMessage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The task that runs on the current thread, so that tasks it sends become its children. Thread-safe.
 *
 * @param id the id of the running task: the parent of what it sends
 * @param rootId the first task of the family, inherited
 */
public record CurrentTask(String id, String rootId) {
    private static final ThreadLocal<@Nullable CurrentTask> RUNNING = new ThreadLocal<>();

    /** Empty outside a handler, and on threads that a handler starts. */
    public static Optional<CurrentTask> running() {
        return Optional.ofNullable(RUNNING.get());
    }

    static void enter(TaskMessage task) {
        RUNNING.set(new CurrentTask(task.id().value(), task.rootId()));
    }

    static void leave() {
        RUNNING.remove();
    }
}
