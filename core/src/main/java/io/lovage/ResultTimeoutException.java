package io.lovage;

import java.time.Duration;

/** There was no final state in time. The task goes on, and its result may be asked for again. */
public class ResultTimeoutException extends LovageException {
    private static final long serialVersionUID = 1L;

    private final String taskId;

    public ResultTimeoutException(String taskId, Duration timeout) {
        super("task " + taskId + " has no result after " + timeout.toMillis() + " ms", null);
        this.taskId = taskId;
    }

    public String taskId() {
        return taskId;
    }
}
