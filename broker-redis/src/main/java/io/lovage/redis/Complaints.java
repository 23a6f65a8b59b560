package io.lovage.redis;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps what is tried again and again, and refused each time, to one line in the log: a reason is news when it is
 * another one, or when it went well in between. Thread-safe.
 */
final class Complaints {
    private final Map<String, String> reasons = new ConcurrentHashMap<>();

    /** Whether nobody has said so yet; from now on somebody has. */
    boolean isNew(String about, String reason) {
        return !reason.equals(reasons.put(about, reason));
    }

    /** It goes well. */
    void over(String about) {
        reasons.remove(about);
    }
}
