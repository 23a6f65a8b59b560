package io.lovage.examples.bulkimport;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts different values in bounded memory: exactly up to a limit, as an estimate beyond it. Not thread-safe. */
/*
 * Adaptive sampling. Invariant: every value seen so far whose hash begins with at least `depth` zero bits is in the map, with
 * its true count, and no other is. While depth is 0 that is every value, so counts are exact. When the map outgrows the limit,
 * depth grows by one and about half of the values leave. As the hashes are spread evenly, one value of 2^depth is kept, and
 * the number of different values is about size * 2^depth, with a standard error of about 1.2 / sqrt(limit). What is kept
 * depends on the set of values only, not on the order in which they come.
 */
final class ValueCounts {
    private final Map<String, Long> counts = new HashMap<>();
    private final int limit;
    private int depth;

    ValueCounts(int limit) {
        this.limit = limit;
    }

    void add(String value, long count) {
        if (isKept(value)) {
            counts.merge(value, count, Long::sum);
            while (counts.size() > limit) {
                depth++;
                counts.keySet().removeIf(kept -> !isKept(kept));
            }
        }
    }

    /** The number of different values; an estimate unless {@link #isExact}. */
    long distinct() {
        return (long) counts.size() << depth;
    }

    boolean isExact() {
        return depth == 0;
    }

    /**
     * The most frequent values, the first of equals by code point order; none when not all values are known, since a
     * more frequent one may be among the others.
     */
    List<ValueCount> top(int most) {
        if (!isExact()) {
            return List.of();
        }
        return counts.entrySet().stream()
                .map(entry -> new ValueCount(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingLong(ValueCount::count)
                        .reversed()
                        .thenComparing(ValueCount::value, ColumnType.TEXT.order()))
                .limit(most)
                .toList();
    }

    private boolean isKept(String value) {
        return depth == 0 || Long.numberOfLeadingZeros(hash(value)) >= depth;
    }

    private static long hash(String value) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < value.length(); i++) {
            hash = (hash ^ value.charAt(i)) * 0x100000001B3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xFF51AFD7ED558CCDL;
        hash = (hash ^ (hash >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return hash ^ (hash >>> 33);
    }
}
