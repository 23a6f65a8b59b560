package io.lovage.internal.memory;

import io.lovage.spi.ServiceUrl;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a space behaves; by default as the best broker there could be, by option as one of the hard ones.
 *
 * @param answersSettlement false imitates a protocol that does not answer: settlements are SENT, and leases last as
 *     long as the connection
 * @param exactCounts false imitates a broker whose counts are a lower bound: a crash forgets the hand-out it ended
 * @param lease replaces the lease of every queue
 * @param priorities false imitates queues that know none
 * @param largestMessageBytes bodies beyond are refused
 */
record MemoryOptions(
        boolean answersSettlement,
        boolean exactCounts,
        Optional<Duration> lease,
        boolean priorities,
        OptionalLong largestMessageBytes) {
    private static final String ANSWERS = "answers";
    private static final String COUNTS = "counts";
    private static final String LEASE = "lease";
    private static final String PRIORITIES = "priorities";
    private static final String MAX_MESSAGE = "max_message";

    static MemoryOptions read(ServiceUrl url) {
        UrlOptions options = new UrlOptions("memory broker URL", url);
        boolean answers =
                options.oneOf(ANSWERS, "applied", List.of("applied", "sent")).equals("applied");
        boolean exact =
                options.oneOf(COUNTS, "exact", List.of("exact", "lower-bound")).equals("exact");
        Duration lease = options.duration(LEASE, Duration.ofSeconds(30), Duration.ofMillis(1), Duration.ofDays(365));
        boolean priorities = options.flag(PRIORITIES, true);
        int largest = options.integer(MAX_MESSAGE, Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
        options.finish();
        return new MemoryOptions(
                answers,
                exact,
                given(url, LEASE) ? Optional.of(lease) : Optional.empty(),
                priorities,
                given(url, MAX_MESSAGE) ? OptionalLong.of(largest) : OptionalLong.empty());
    }

    private static boolean given(ServiceUrl url, String key) {
        return url.options().containsKey(key);
    }
}
