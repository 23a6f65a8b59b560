package io.lovage.internal.wire;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
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
    /** In characters: enough to understand a failure by, and a few hundred of them still fit into any message. */
    private static final int LONGEST_MESSAGE = 8 << 10;

    private static final int LONGEST_TRACE = 32 << 10;
    private static final int SHORTEST_MESSAGE = 100;
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
                            Optional.of(trace(error)))
                    .cut();
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
    public static Failure timeLimitExceeded(Duration limit, Optional<String> trace) {
        return new Failure("TimeLimitExceeded", List.of(WireTime.seconds(limit)), BILLIARD, trace);
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

    /**
     * With no more text than a failure needs: its result must find room where the task's own result would have, and a
     * failure that is not stored is a waiter that hangs (rule R11.8). Cut in the middle, where it says so; the end of a
     * trace names the root cause.
     */
    Failure cut() {
        return new Failure(
                type,
                arguments.stream()
                        .map(argument -> argument instanceof String text ? Cut.middle(text, LONGEST_MESSAGE) : argument)
                        .toList(),
                module,
                trace.map(text -> Cut.middle(text, LONGEST_TRACE)));
    }

    /** As short as it can be, for a backend that refused it as it was. */
    public Failure minimal(String refusal) {
        String text = Cut.middle(text(), SHORTEST_MESSAGE) + " [cut, since it could not be stored in full: "
                + Cut.middle(refusal, SHORTEST_MESSAGE) + "]";
        return new Failure(Cut.middle(type, SHORTEST_MESSAGE), List.of(text), "", Optional.empty());
    }

    private static String lastName(Class<?> anonymous) {
        String name = anonymous.getName();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static String trace(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
