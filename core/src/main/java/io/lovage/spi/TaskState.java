package io.lovage.spi;

import java.util.Set;

/**
 * The state of a task, by Celery's name. The names are an open set: a handler may report states of its own, such as
 * {@code PROGRESS}. A final state is never left.
 */
public record TaskState(String name) {
    /** Nothing is known of it, as in Celery: it waits, or it never existed. Never stored. */
    public static final TaskState PENDING = new TaskState("PENDING");

    public static final TaskState STARTED = new TaskState("STARTED");
    public static final TaskState RETRY = new TaskState("RETRY");
    public static final TaskState SUCCESS = new TaskState("SUCCESS");
    public static final TaskState FAILURE = new TaskState("FAILURE");
    public static final TaskState REVOKED = new TaskState("REVOKED");

    private static final Set<TaskState> FINAL = Set.of(SUCCESS, FAILURE, REVOKED);

    public TaskState {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a task state needs a name");
        }
    }

    public boolean isFinal() {
        return FINAL.contains(this);
    }

    /**
     * The table of legal transitions (rule R11.1): a final state is never replaced, nothing goes back to PENDING,
     * everything else may follow anything: a redelivered or retried task starts again.
     */
    public boolean mayBecome(TaskState next) {
        return !isFinal() && !next.equals(PENDING);
    }

    @Override
    public String toString() {
        return name;
    }
}
