package io.lovage;

import java.util.regex.Pattern;

/**
 * A named unit of work with an argument type and a result type. Producer and worker share the definition; only the
 * worker has the handler.
 *
 * <p>A record argument travels as keyword arguments by component name, any other single argument as one positional
 * argument, {@link Arguments} as they are. Types are bound as declared, never by what a message says (rule R12.1).
 *
 * @param name as it travels: 1 to 200 letters, digits and {@code . _ : -}; Celery's are dotted, such as
 *     {@code flights.import}
 */
public record Task<A, R>(String name, Class<A> argumentType, Class<R> resultType) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.:-]{0,199}");

    public Task {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("task name '" + name.replaceAll("\\p{Cntrl}", "?")
                    + "' is not allowed: use 1 to 200 letters, digits and . _ : -, not beginning with . : or -");
        }
    }

    public static <A, R> Task<A, R> of(String name, Class<A> argumentType, Class<R> resultType) {
        return new Task<>(name, argumentType, resultType);
    }

    /** A task that is known by name only, for instance one that a Python worker runs. */
    public static Task<Arguments, Object> untyped(String name) {
        return new Task<>(name, Arguments.class, Object.class);
    }

    /** One call of this task. */
    public Signature<A, R> with(A argument) {
        return new Signature<>(this, argument, SendOptions.NONE);
    }
}
