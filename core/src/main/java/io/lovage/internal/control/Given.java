package io.lovage.internal.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arguments of a command as they came. */
record Given(Map<String, ? extends @Nullable Object> values) {
    private static final int LONGEST = 255;

    String text(String name) {
        if (values.get(name) instanceof String text && !text.isEmpty() && text.length() <= LONGEST) {
            return text;
        }
        throw new IllegalArgumentException("argument " + name + " is missing or is no name");
    }

    boolean flag(String name) {
        return values.get(name) instanceof Boolean flag && flag;
    }

    /** One text or a list of them. */
    List<String> texts(String name) {
        Object value = values.get(name);
        List<String> texts = new ArrayList<>();
        for (Object one : value instanceof List<?> list ? list : value == null ? List.of() : List.of(value)) {
            if (!(one instanceof String text) || text.isEmpty() || text.length() > LONGEST) {
                throw new IllegalArgumentException("argument " + name + " holds something that is no name");
            }
            texts.add(text);
        }
        return texts;
    }
}
