package io.lovage;

/**
 * The task has succeeded, and its value is not of the type that this side's {@link Task} declares: the two sides differ
 * in their definition of the task. Asking again changes nothing; {@link Task#untyped} takes any value.
 */
public class ResultTypeException extends LovageException {
    private static final long serialVersionUID = 1L;

    private final String taskId;

    public ResultTypeException(String taskId, String message, Throwable cause) {
        super(message, cause);
        this.taskId = taskId;
    }

    public String taskId() {
        return taskId;
    }
}
