package io.lovage.internal.wire;

import io.lovage.Arguments;
import java.lang.invoke.MethodType;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns a task's one argument into positional and keyword arguments and back. Thread-safe.
 *
 * <p>A record travels as keyword arguments by component name; {@link io.lovage.Arguments} as they are; nothing as
 * nothing; any other value as one positional argument. A record is read from both kinds mixed, as Python binds them;
 * only components that are {@code Optional} or annotated {@code @Nullable} may be absent. Types are bound as declared
 * (rule R12.1).
 */
public final class ArgumentBinder {
    /**
     * Writes an argument.
     *
     * @throws UnserialisableException when it cannot be written as JSON
     */
    public Payload write(@Nullable Object argument) {
        if (argument == null) {
            return Payload.NONE;
        }
        if (argument instanceof Arguments arguments) {
            return write(arguments);
        }
        if (argument instanceof Record) {
            return new Payload(
                    Payload.NONE.args(), RecordShape.of(argument.getClass()).write(argument));
        }
        ArrayNode args = Json.NODES.arrayNode(1);
        args.add(ValueTrees.of("argument", argument));
        return new Payload(args, Payload.NONE.kwargs());
    }

    /**
     * Reads an argument. Null only for {@code Void} or when a null was sent.
     *
     * @throws ArgumentMismatchException when one is missing, surplus, given twice or of the wrong type
     */
    public <A> @Nullable A read(Payload payload, Class<A> type) {
        return cast(type, bind(payload, type));
    }

    private static @Nullable Object bind(Payload payload, Class<?> type) {
        if (type == Arguments.class) {
            return payload.arguments();
        }
        if (type == Void.class || type == void.class) {
            return nothing(payload);
        }
        return type.isRecord() ? RecordShape.of(type).read(payload) : single(payload, type);
    }

    private static Payload write(Arguments arguments) {
        ArrayNode args = Json.NODES.arrayNode(arguments.args().size());
        for (int i = 0; i < arguments.args().size(); i++) {
            args.add(ValueTrees.of("argument " + i, arguments.args().get(i)));
        }
        ObjectNode kwargs = Json.NODES.objectNode();
        for (Map.Entry<String, @Nullable Object> argument : arguments.kwargs().entrySet()) {
            kwargs.set(argument.getKey(), ValueTrees.of("argument '" + argument.getKey() + "'", argument.getValue()));
        }
        return new Payload(args, kwargs);
    }

    private static @Nullable Object nothing(Payload payload) {
        if (payload.args().isEmpty() && payload.kwargs().isEmpty()) {
            return null;
        }
        throw new ArgumentMismatchException("the task takes no argument, but got " + given(payload));
    }

    private static @Nullable Object single(Payload payload, Class<?> type) {
        if (payload.args().size() != 1 || !payload.kwargs().isEmpty()) {
            throw new ArgumentMismatchException("the task takes one positional argument, a " + type.getSimpleName()
                    + ", but got " + given(payload));
        }
        ValueReader reader = ValueReader.cached(type);
        try {
            return reader.read(payload.args().get(0));
        } catch (JacksonException refused) {
            throw new ArgumentMismatchException(
                    "the argument is no " + reader.typeName() + ": " + Json.reason(refused), refused);
        }
    }

    private static String given(Payload payload) {
        if (payload.args().isEmpty() && payload.kwargs().isEmpty()) {
            return "none: it is missing";
        }
        return payload.args().size() + " positional and the keyword arguments "
                + payload.kwargs().propertyNames();
    }

    static <T> @Nullable T cast(Class<T> type, @Nullable Object value) {
        @SuppressWarnings("unchecked") // wrapping int.class gives Integer.class, and both are Class<Integer>
        Class<T> boxed = (Class<T>) MethodType.methodType(type).wrap().returnType();
        return boxed.cast(value);
    }
}
