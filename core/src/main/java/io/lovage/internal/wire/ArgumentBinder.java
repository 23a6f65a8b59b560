package io.lovage.internal.wire;

import org.jspecify.annotations.Nullable;

/**
 * Turns a task's one argument into positional and keyword arguments and back. Thread-safe.
 *
 * <p>A record travels as keyword arguments by component name; {@link io.lovage.Arguments} as they are; nothing as
 * nothing; any other value as one positional argument. A record is read from both kinds mixed, as Python binds them.
 * Types are bound as declared (rule R12.1).
 */
public final class ArgumentBinder {
    /**
     * Writes an argument.
     *
     * @throws UnserialisableException when it cannot be written as JSON
     */
    public Payload write(@Nullable Object argument) {
        return Unbuilt.refuse(String.valueOf(argument));
    }

    /**
     * Reads an argument. Null only for {@code Void} or when a null was sent.
     *
     * @throws ArgumentMismatchException when one is missing, surplus, given twice or of the wrong type
     */
    public <A> @Nullable A read(Payload payload, Class<A> type) {
        return Unbuilt.refuse(type.getName() + payload);
    }
}
