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
 * @param dead the topic of its dead letters, where that is not called as usual
 * @param delayMillis how long it waits from the moment when it is appended: the first step, whose writer does not know
 *     the brokers' time
 * @param dueMillis by the brokers' clock: every further step
 * @param missed how often it was due and there was no such topic
 */
record DelayHeaders(
        String target, Optional<String> dead, OptionalLong delayMillis, OptionalLong dueMillis, int missed) {
    private static final String TARGET = "lovage-target";
    private static final String DEAD = "lovage-dead-target";
    private static final String DELAY = "lovage-delay";
    private static final String DUE = "lovage-due";
    private static final String MISSED = "lovage-missed";

    static DelayHeaders first(String target, Optional<String> dead, long delayMillis) {
        return new DelayHeaders(target, dead, OptionalLong.of(delayMillis), OptionalLong.empty(), 0);
    }

    /** On its way; {@code due} by the brokers' clock. */
    DelayHeaders next(long due, int missedTimes) {
        return new DelayHeaders(target, dead, OptionalLong.empty(), OptionalLong.of(due), missedTimes);
    }

    /** Empty when somebody else wrote them. */
    static Optional<DelayHeaders> read(Function<String, byte @Nullable []> headers) {
        Optional<String> target = text(headers.apply(TARGET));
        OptionalLong delay = number(headers.apply(DELAY));
        OptionalLong due = number(headers.apply(DUE));
        if (target.isEmpty() || delay.isPresent() == due.isPresent()) {
            return Optional.empty();
        }
        int missed = (int) number(headers.apply(MISSED)).orElse(0);
        return Optional.of(new DelayHeaders(target.get(), text(headers.apply(DEAD)), delay, due, missed));
    }

    private static Optional<String> text(byte @Nullable [] written) {
        return written == null ? Optional.empty() : Optional.of(new String(written, StandardCharsets.UTF_8));
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
        dead.ifPresent(topic -> written.put(DEAD, topic.getBytes(StandardCharsets.UTF_8)));
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
