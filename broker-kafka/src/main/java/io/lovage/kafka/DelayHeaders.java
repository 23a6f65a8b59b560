package io.lovage.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is written beside a message while it waits. Immutable.
 *
 * @param target the topic it goes to
 * @param delayMillis how long it waits from the moment when it is appended: the first step, whose writer does not know
 *     the brokers' time
 * @param dueMillis by the brokers' clock: every further step
 * @param missed how often it was due and there was no such topic
 */
record DelayHeaders(String target, OptionalLong delayMillis, OptionalLong dueMillis, int missed) {
    private static final String TARGET = "lovage-target";
    private static final String DELAY = "lovage-delay";
    private static final String DUE = "lovage-due";
    private static final String MISSED = "lovage-missed";

    static DelayHeaders first(String target, long delayMillis) {
        return new DelayHeaders(target, OptionalLong.of(delayMillis), OptionalLong.empty(), 0);
    }

    static DelayHeaders next(String target, long dueMillis, int missed) {
        return new DelayHeaders(target, OptionalLong.empty(), OptionalLong.of(dueMillis), missed);
    }

    /** Empty when somebody else wrote them. */
    static Optional<DelayHeaders> read(Function<String, byte @Nullable []> headers) {
        byte[] target = headers.apply(TARGET);
        OptionalLong delay = number(headers.apply(DELAY));
        OptionalLong due = number(headers.apply(DUE));
        if (target == null || delay.isPresent() == due.isPresent()) {
            return Optional.empty();
        }
        return Optional.of(new DelayHeaders(new String(target, StandardCharsets.UTF_8), delay, due, (int)
                number(headers.apply(MISSED)).orElse(0)));
    }

    private static OptionalLong number(byte @Nullable [] written) {
        return written == null || written.length != Long.BYTES
                ? OptionalLong.empty()
                : OptionalLong.of(ByteBuffer.wrap(written).getLong());
    }

    /** When it is due, if it was appended then: the append time lost up to a millisecond when it was written down. */
    long due(long appendedMillis) {
        return dueMillis.orElseGet(() -> appendedMillis + 1 + delayMillis.orElse(0));
    }

    Map<String, byte[]> write() {
        Map<String, byte[]> written = new HashMap<>();
        written.put(TARGET, target.getBytes(StandardCharsets.UTF_8));
        delayMillis.ifPresent(delay -> written.put(DELAY, bytes(delay)));
        dueMillis.ifPresent(due -> written.put(DUE, bytes(due)));
        if (missed > 0) {
            written.put(MISSED, bytes(missed));
        }
        return written;
    }

    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }
}
