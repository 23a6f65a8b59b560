package io.lovage.internal.wire;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The components of a record type, looked up once: how to read them, how to write them and how to make the record.
 * Immutable.
 */
final class RecordShape {
    private static final ClassValue<RecordShape> SHAPES = new ClassValue<>() {
        @Override
        protected RecordShape computeValue(Class<?> type) {
            return new RecordShape(type);
        }
    };

    private final Class<?> type;
    private final Constructor<?> constructor;
    private final Component[] components;
    private final Map<String, Integer> positions = new HashMap<>();

    private RecordShape(Class<?> type) {
        this.type = type;
        RecordComponent[] declared = type.getRecordComponents();
        this.components = new Component[declared.length];
        Class<?>[] signature = new Class<?>[declared.length];
        try {
            for (int i = 0; i < declared.length; i++) {
                signature[i] = declared[i].getType();
                components[i] = new Component(declared[i]);
                positions.put(declared[i].getName(), i);
            }
            this.constructor = type.getDeclaredConstructor(signature);
            constructor.setAccessible(true);
        } catch (NoSuchMethodException | InaccessibleObjectException refused) {
            throw new IllegalArgumentException(
                    "record " + type.getName() + " cannot be reached; in a named module, open its package to Lovage",
                    refused);
        }
    }

    static RecordShape of(Class<?> type) {
        return SHAPES.get(type);
    }

    /** Keyword arguments by component name. */
    ObjectNode write(Object value) {
        ObjectNode kwargs = Json.NODES.objectNode();
        for (Component component : components) {
            kwargs.set(component.name, ValueTrees.of(component.label, component.get(value)));
        }
        return kwargs;
    }

    /** Positional arguments in order, then keyword arguments, as Python binds them. */
    Object read(Payload payload) {
        ArrayNode args = payload.args();
        if (args.size() > components.length) {
            throw new ArgumentMismatchException(args.size() + " positional arguments, but " + type.getSimpleName()
                    + " has only " + components.length);
        }
        @Nullable Object[] values = new @Nullable Object[components.length];
        boolean[] given = new boolean[components.length];
        for (int i = 0; i < args.size(); i++) {
            values[i] = components[i].read(args.get(i));
            given[i] = true;
        }
        for (Map.Entry<String, JsonNode> argument : payload.kwargs().properties()) {
            int position = position(argument.getKey(), given);
            values[position] = components[position].read(argument.getValue());
            given[position] = true;
        }
        for (int i = 0; i < components.length; i++) {
            if (!given[i]) {
                values[i] = components[i].absent();
            }
        }
        return construct(values);
    }

    private int position(String name, boolean[] given) {
        Integer position = positions.get(name);
        if (position == null) {
            throw new ArgumentMismatchException("argument '" + name + "' is surplus: " + type.getSimpleName()
                    + " has only " + Arrays.toString(names()));
        }
        if (given[position]) {
            throw new ArgumentMismatchException("argument '" + name + "' is given twice, by position and by name");
        }
        return position;
    }

    private String[] names() {
        return Arrays.stream(components).map(component -> component.name).toArray(String[]::new);
    }

    private Object construct(@Nullable Object[] values) {
        try {
            return constructor.newInstance(values);
        } catch (InvocationTargetException refused) {
            Throwable cause = refused.getCause() == null ? refused : refused.getCause();
            throw new ArgumentMismatchException(type.getSimpleName() + " refuses its arguments: " + cause, cause);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("record " + type.getName() + " cannot be made", impossible);
        }
    }

    /** One component: an argument by name and position. */
    private static final class Component {
        final String name;
        final String label;
        private final ValueReader reader;
        private final Method accessor;
        private final boolean mayBeAbsent;

        Component(RecordComponent declared) {
            this.name = declared.getName();
            this.label = "argument '" + name + "'";
            this.reader = ValueReader.of(declared.getGenericType());
            this.accessor = declared.getAccessor();
            accessor.setAccessible(true);
            this.mayBeAbsent = reader.isOptional() || isNullable(declared.getAnnotatedType()) || isNullable(declared);
        }

        /** By name, so that any library's annotation counts. */
        private static boolean isNullable(AnnotatedElement element) {
            for (Annotation annotation : element.getAnnotations()) {
                if (annotation.annotationType().getSimpleName().equals("Nullable")) {
                    return true;
                }
            }
            return false;
        }

        @Nullable
        Object get(Object value) {
            try {
                return accessor.invoke(value);
            } catch (InvocationTargetException refused) {
                Throwable cause = refused.getCause() == null ? refused : refused.getCause();
                throw new UnserialisableException(label + " cannot be read from its record: " + cause, cause);
            } catch (IllegalAccessException impossible) {
                throw new IllegalStateException(label + " cannot be reached", impossible);
            }
        }

        @Nullable
        Object read(JsonNode node) {
            try {
                return reader.read(node);
            } catch (JacksonException refused) {
                throw new ArgumentMismatchException(
                        label + " is no " + reader.typeName() + ": " + Json.reason(refused), refused);
            }
        }

        @Nullable
        Object absent() {
            if (!mayBeAbsent) {
                throw new ArgumentMismatchException(label + " is missing");
            }
            return reader.absent();
        }
    }
}
