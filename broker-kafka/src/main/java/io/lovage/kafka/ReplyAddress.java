package io.lovage.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a client reads its replies: a name of its own, which is the key of their records, and the partition of the
 * topic for replies that it reads. The partition is part of the text, so that a worker need not know how many there
 * are.
 */
record ReplyAddress(String text, int partition) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9-]{1,64}\\.(\\d{1,6})");

    /** A new one, of a client that reads one of so many partitions. */
    static ReplyAddress random(int partitions) {
        UUID name = UUID.randomUUID();
        int partition = Math.floorMod(name.hashCode(), partitions);
        return new ReplyAddress(name + "." + partition, partition);
    }

    /** Empty when it is an address of another kind, which nobody reads here. */
    static Optional<ReplyAddress> read(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new ReplyAddress(text, Integer.parseInt(matcher.group(1))))
                : Optional.empty();
    }

    byte[] key() {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
