package io.lovage.internal.control;

import java.util.Map;

/** The two forms of Celery's short answers. */
final class Answers {
    private Answers() {}

    static Map<String, String> ok(String text) {
        return Map.of("ok", text);
    }

    static Map<String, String> error(String text) {
        return Map.of("error", text);
    }
}
