package io.lovage.spi;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a result backend needs to know of Celery's result document: whose it is and which state it tells. The value is
 * stepped over, whatever it is, so that no number, key or depth in it can hide the state from whoever waits for it
 * (rule R11.8); only who wants the value reads it, and may refuse it. Immutable.
 *
 * @param taskId whose it is, where the document says so
 * @param status the name of the state
 */
public record ResultHead(Optional<String> taskId, String status) {
    /** Empty when it is no map with a status. What follows the status and the id is not looked at. */
    public static Optional<ResultHead> read(Bytes document) {
        Skim skim = new Skim(document.toBuffer());
        @Nullable String status = null;
        @Nullable String taskId = null;
        boolean more = skim.take('{');
        while (more && (status == null || taskId == null)) {
            String key = skim.text();
            more = skim.take(':');
            if ("status".equals(key)) {
                status = skim.text();
            } else if ("task_id".equals(key)) {
                taskId = skim.text();
            }
            skim.rest();
            more = more && skim.take(',');
        }
        return status == null || status.isBlank()
                ? Optional.empty()
                : Optional.of(new ResultHead(Optional.ofNullable(taskId), status));
    }

    /** Steps over JSON without judging it. Ends where the document ends, however broken it is. */
    private static final class Skim {
        /** Longer texts are stepped over: neither an id nor a state, even with every character escaped. */
        private static final int LONGEST_BYTES = 2_000;

        private static final int END = -1;

        private final ByteBuffer json;

        Skim(ByteBuffer json) {
            this.json = json;
        }

        private int peek() {
            return json.hasRemaining() ? json.get(json.position()) & 0xFF : END;
        }

        private int next() {
            return json.hasRemaining() ? json.get() & 0xFF : END;
        }

        /** Whether this comes next, after blanks; then it is passed. */
        boolean take(char expected) {
            while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') {
                next();
            }
            boolean there = peek() == expected;
            if (there) {
                next();
            }
            return there;
        }

        /** The text that comes next; null when something else does. */
        @Nullable
        String text() {
            if (!take('"')) {
                return null;
            }
            int begin = json.position();
            boolean closed = restOfText();
            int end = json.position() - 1;
            if (!closed || end - begin > LONGEST_BYTES) {
                return null;
            }
            byte[] raw = new byte[end - begin];
            json.get(begin, raw);
            String text = new String(raw, StandardCharsets.UTF_8);
            return text.indexOf('\\') < 0 ? text : unescaped(text);
        }

        private boolean restOfText() {
            for (int c = next(); c != END; c = next()) {
                if (c == '"') {
                    return true;
                }
                if (c == '\\') {
                    next();
                }
            }
            return false;
        }

        /** Passes the value, or what is left of it, up to the comma or bracket behind it. */
        void rest() {
            int depth = 0;
            for (int c = peek(); c != END; c = peek()) {
                if (depth == 0 && (c == ',' || c == '}' || c == ']')) {
                    return;
                }
                next();
                if (c == '"') {
                    restOfText();
                } else if (c == '{' || c == '[') {
                    depth++;
                } else if (c == '}' || c == ']') {
                    depth--;
                }
            }
        }

        private static @Nullable String unescaped(String text) {
            StringBuilder plain = new StringBuilder(text.length());
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c != '\\') {
                    plain.append(c);
                    continue;
                }
                c = text.charAt(++i);
                if (c != 'u') {
                    plain.append(control(c));
                    continue;
                }
                try {
                    plain.append((char) Integer.parseInt(text, i + 1, i + 5, 16));
                } catch (IndexOutOfBoundsException | NumberFormatException broken) {
                    return null;
                }
                i += 4;
            }
            return plain.toString();
        }

        private static char control(char escaped) {
            return switch (escaped) {
                case 'b' -> '\b';
                case 'f' -> '\f';
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                default -> escaped;
            };
        }
    }
}
