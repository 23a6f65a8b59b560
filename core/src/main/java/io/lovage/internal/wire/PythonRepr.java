package io.lovage.internal.wire;

import java.math.BigDecimal;
import java.util.Iterator;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Arguments as Celery shows them to people, for instance in Flower: Python's repr, three levels deep, cut at 1024
 * characters. Cosmetic, but operators search for it.
 */
final class PythonRepr {
    private static final int LONGEST = 1024;
    private static final int DEEPEST = 3;
    private static final double PLAIN_FROM = 1e-4;
    private static final double PLAIN_BELOW = 1e16;

    private final StringBuilder out = new StringBuilder();
    private boolean ended;

    private PythonRepr() {}

    /** Positional arguments: {@code (2, 3)}. */
    static String tuple(ArrayNode args) {
        if (args.isEmpty()) {
            return "()";
        }
        PythonRepr repr = new PythonRepr();
        repr.sequence(args, '(', args.size() == 1 ? ",)" : ")", 1);
        return repr.out.toString();
    }

    /** Keyword arguments: <code>{'k': 'v'}</code>. */
    static String dict(ObjectNode kwargs) {
        if (kwargs.isEmpty()) {
            return "{}";
        }
        PythonRepr repr = new PythonRepr();
        repr.map(kwargs, 1);
        return repr.out.toString();
    }

    /** Any value: {@code [1, 'two', None]}. */
    static String of(JsonNode value) {
        PythonRepr repr = new PythonRepr();
        repr.value(value, 1);
        return repr.out.toString();
    }

    /** A float as Python writes it: the shortest digits, an exponent below 1e-4 and from 1e16 on. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        double size = Math.abs(value);
        if (size == 0 || (size >= PLAIN_FROM && size < PLAIN_BELOW)) {
            String plain = size == 0
                    ? Double.toString(value)
                    : BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
            return plain.indexOf('.') < 0 ? plain + ".0" : plain;
        }
        return scientific(value);
    }

    private static String scientific(double value) {
        BigDecimal digits = BigDecimal.valueOf(value).stripTrailingZeros();
        int exponent = digits.precision() - digits.scale() - 1;
        String mantissa = digits.movePointLeft(exponent).toPlainString();
        int size = Math.abs(exponent);
        return mantissa + (exponent < 0 ? "e-" : "e+") + (size < 10 ? "0" : "") + size;
    }

    private void value(JsonNode node, int level) {
        if (!room()) {
            return;
        }
        if (node instanceof ArrayNode array) {
            if (level > DEEPEST) {
                out.append("[...]");
            } else {
                sequence(array, '[', "]", level);
            }
        } else if (node instanceof ObjectNode map) {
            if (level > DEEPEST) {
                out.append("{...}");
            } else {
                map(map, level);
            }
        } else {
            scalar(node);
        }
    }

    private void sequence(ArrayNode array, char open, String close, int level) {
        out.append(open);
        Iterator<JsonNode> elements = array.iterator();
        while (elements.hasNext() && !ended) {
            value(elements.next(), level + 1);
            separate(elements.hasNext(), ", ");
        }
        close(close);
    }

    private void map(ObjectNode map, int level) {
        out.append('{');
        Iterator<Map.Entry<String, JsonNode>> entries = map.properties().iterator();
        while (entries.hasNext() && room()) {
            Map.Entry<String, JsonNode> entry = entries.next();
            quoted(entry.getKey());
            separate(true, ": ");
            value(entry.getValue(), level + 1);
            separate(entries.hasNext(), ", ");
        }
        close("}");
    }

    private void separate(boolean needed, String separator) {
        if (needed && room()) {
            out.append(separator);
        }
    }

    /** Once the text is full, what encloses the cut is closed, except for what would have been closed right there. */
    private void close(String bracket) {
        if (ended || room()) {
            out.append(bracket);
        }
    }

    /** Whether more may be written; says once that something is left out. */
    private boolean room() {
        if (!ended && out.length() >= LONGEST) {
            out.append(", ...");
            ended = true;
        }
        return !ended;
    }

    private void scalar(JsonNode node) {
        if (node.isString()) {
            quoted(node.stringValue());
        } else if (node.isBoolean()) {
            token(node.booleanValue() ? "True" : "False");
        } else if (node.isNull()) {
            token("None");
        } else if (node.isIntegralNumber()) {
            token(node.asString());
        } else if (node.isNumber()) {
            token(number(node.doubleValue()));
        } else {
            quoted(node.asString());
        }
    }

    private void quoted(String text) {
        String shown = cut(text);
        out.append('\'').append(shown.replace("'", "\\'")).append('\'');
    }

    private void token(String text) {
        out.append(cut(text));
    }

    /** Cuts at the last space that fits, as Celery does. */
    private String cut(String text) {
        int room = Math.max(LONGEST - out.length(), 1);
        if (text.length() < room) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(room - 1)) ? room - 1 : room;
        int space = text.lastIndexOf(' ', end - 1);
        return text.substring(0, space >= 0 ? space : end) + "...";
    }
}
