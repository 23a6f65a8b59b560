package io.lovage.benchmarks.page;

import java.util.Locale;

/**
 * Writes elements; whatever it is given as text or value is escaped. What comes out is HTML and well-formed XML at
 * once, so that any parser can check it. Used by one thread.
 */
final class Markup {
    private final StringBuilder out = new StringBuilder();

    /**
     * Opens an element.
     *
     * @param attributes names and values in turn
     */
    Markup open(String name, String... attributes) {
        out.append('<').append(name);
        attributes(attributes);
        out.append('>');
        return this;
    }

    Markup close(String name) {
        out.append("</").append(name).append(">\n");
        return this;
    }

    /** An element without content. */
    Markup empty(String name, String... attributes) {
        out.append('<').append(name);
        attributes(attributes);
        out.append("/>");
        return this;
    }

    Markup text(String text) {
        out.append(escaped(text));
        return this;
    }

    /** A whole element with a text in it. */
    Markup element(String name, String text, String... attributes) {
        return open(name, attributes).text(text).close(name);
    }

    /** What is markup already. */
    Markup add(Markup inner) {
        out.append(inner.out);
        return this;
    }

    /** For the style sheet alone, which is ours. */
    Markup verbatim(String ours) {
        out.append(ours);
        return this;
    }

    /** A coordinate. */
    static String number(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }

    private void attributes(String... attributes) {
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ')
                    .append(attributes[i])
                    .append("=\"")
                    .append(escaped(attributes[i + 1]))
                    .append('"');
        }
    }

    /** Control characters, which no XML may hold, become visible ones. */
    private static String escaped(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            switch (point) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.appendCodePoint(isAllowed(point) ? point : '\uFFFD');
            }
        });
        return safe.toString();
    }

    private static boolean isAllowed(int point) {
        boolean space = point == '\n' || point == '\t';
        boolean surrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
        return space
                || (point >= ' ' && point < 0xFFFE && !surrogate && !Character.isISOControl(point))
                || point > 0xFFFF;
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
