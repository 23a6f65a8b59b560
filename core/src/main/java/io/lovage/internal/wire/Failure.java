package io.lovage.internal.wire;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An exception as a result document tells of it, whatever language threw it. Immutable.
 *
 * @param type its simple name
 * @param arguments what it was made with, JSON values; a Java exception has its message, if any
 * @param module Python's module or Java's package; empty when unknown
 * @param trace the stack trace as text
 */
public record Failure(String type, List<@Nullable Object> arguments, String module, Optional<String> trace) {
    private static final int LONGEST_TRACE = 1 << 16;
    private static final String CELERY = "celery.exceptions";
    private static final String BILLIARD = "billiard.exceptions";

    public Failure {
        arguments = Collections.unmodifiableList(new ArrayList<>(arguments));
    }

    /** Reads a Java exception, whatever its own methods do. */
    public static Failure of(Throwable error) {
        Class<?> type = error.getClass();
        String name = type.getSimpleName().isEmpty() ? lastName(type) : type.getSimpleName();
        try {
            String message = error.getMessage();
            return new Failure(
                    name,
                    message == null ? List.of() : List.of(message),
                    type.getPackageName(),
                    Optional.of(trace(error)));
        } catch (RuntimeException broken) {
            return new Failure(
                    name,
                    List.of("its own message could not be read: "
                            + broken.getClass().getName()),
                    type.getPackageName(),
                    Optional.empty());
        }
    }

    /** No handler for this task's name. */
    public static Failure notRegistered(String task) {
        return new Failure("NotRegistered", List.of(task), CELERY, Optional.empty());
    }

    /** A revoked task: {@code expired}, {@code revoked} or {@code terminated}. */
    public static Failure revoked(String why) {
        return new Failure("TaskRevokedError", List.of(why), CELERY, Optional.empty());
    }

    /** The hard time limit was reached; Celery tells its seconds. */
    public static Failure timeLimitExceeded(long seconds) {
        return new Failure("TimeLimitExceeded", List.of(seconds), BILLIARD, Optional.empty());
    }

    /** The soft time limit was reached, and the handler ended because of it. */
    public static Failure softTimeLimitExceeded(Optional<String> trace) {
        return new Failure("SoftTimeLimitExceeded", List.of(), BILLIARD, trace);
    }

    /** The process that ran it went away. */
    public static Failure workerLost(String how) {
        return new Failure("WorkerLostError", List.of(how), BILLIARD, Optional.empty());
    }

    /** The message as people read it: the arguments, separated by commas; empty when there are none. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Object argument : arguments) {
            text.append(text.isEmpty() ? "" : ", ").append(argument);
        }
        return text.toString();
    }

    private static String lastName(Class<?> anonymous) {
        String name = anonymous.getName();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static String trace(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text));
        StringBuffer all = text.getBuffer();
        return all.length() <= LONGEST_TRACE ? all.toString() : all.substring(0, LONGEST_TRACE) + "\n... cut here";
    }
}
