package io.lovage;

import io.lovage.spi.TaskState;

/** The task ended without a value: it failed or was revoked. Carries what the worker told, whatever its language. */
public class TaskFailedException extends LovageException {
    private static final long serialVersionUID = 1L;

    private final String taskId;
    private final transient TaskState state;
    private final String type;
    private final String failure;
    private final String remoteTrace;

    /**
     * Describes what the worker told.
     *
     * @param type the simple name of the exception on the worker's side, such as {@code IllegalStateException}
     * @param failure its message; empty when it had none
     * @param remoteTrace the stack trace as text; empty when the worker sent none
     */
    public TaskFailedException(String taskId, TaskState state, String type, String failure, String remoteTrace) {
        super("task " + taskId + " ended as " + state + ": " + type + (failure.isEmpty() ? "" : ": " + failure), null);
        this.taskId = taskId;
        this.state = state;
        this.type = type;
        this.failure = failure;
        this.remoteTrace = remoteTrace;
    }

    public String taskId() {
        return taskId;
    }

    /** FAILURE or REVOKED; SUCCESS when the task succeeded and its value cannot be read, see {@link #type}. */
    public TaskState state() {
        return state;
    }

    /** The simple name of the exception; {@code UnreadableResult} when what was stored cannot be read here. */
    public String type() {
        return type;
    }

    public String failure() {
        return failure;
    }

    public String remoteTrace() {
        return remoteTrace;
    }
}
