package io.lovage.internal.wire;

/**
 * An exception as a result document tells of it, whatever language threw it.
 *
 * @param type its simple name
 * @param text its message; empty when it had none
 * @param module Python's module or Java's package; empty when unknown
 * @param trace the stack trace as text; empty when there is none
 */
public record Failure(String type, String text, String module, String trace) {
    /** Reads a Java exception. */
    public static Failure of(Throwable error) {
        return Unbuilt.refuse(error);
    }

    /** No handler for this task's name. */
    public static Failure notRegistered(String task) {
        return new Failure("NotRegistered", task, "celery.exceptions", "");
    }

    /** A revoked task: {@code expired}, {@code revoked} or {@code terminated}. */
    public static Failure revoked(String why) {
        return new Failure("TaskRevokedError", why, "celery.exceptions", "");
    }
}
