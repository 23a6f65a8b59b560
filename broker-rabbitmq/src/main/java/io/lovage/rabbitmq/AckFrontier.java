package io.lovage.rabbitmq;

import java.util.Arrays;

/*
 * Which deliveries of one channel may be acknowledged together.
 *
 * The server numbers the deliveries of a channel 1, 2, 3, ... An acknowledgement with `multiple` settles everything up to
 * its number, so it may name a delivery only when everything before that is settled, too: never one that a task still
 * holds, or that waits in the buffer.
 *
 * Invariant: up to `frontier` every delivery is settled, except for those in `gaps` (ascending). There are never more
 * gaps than the prefetch allows deliveries in hand, however long the oldest of them runs.
 */
final class AckFrontier {
    private long frontier;
    private long[] gaps = new long[16];
    private int gapCount;

    /**
     * Marks deliveries as settled.
     *
     * @param tags ascending, each of them not settled before
     * @return how many of the first {@code count} tags have nothing unsettled before them
     */
    int settle(long[] tags, int count) {
        for (int i = 0; i < count; i++) {
            long tag = tags[i];
            if (tag > frontier) {
                for (long skipped = frontier + 1; skipped < tag; skipped++) {
                    addGap(skipped);
                }
                frontier = tag;
            } else {
                removeGap(tag);
            }
        }
        return before(tags, count, gapCount == 0 ? Long.MAX_VALUE : gaps[0]);
    }

    private static int before(long[] tags, int count, long bound) {
        int n = 0;
        while (n < count && tags[n] < bound) {
            n++;
        }
        return n;
    }

    private void addGap(long tag) {
        if (gapCount == gaps.length) {
            gaps = Arrays.copyOf(gaps, 2 * gapCount);
        }
        gaps[gapCount++] = tag;
    }

    private void removeGap(long tag) {
        int at = Arrays.binarySearch(gaps, 0, gapCount, tag);
        if (at < 0) {
            throw new IllegalStateException("delivery " + tag + " was settled before");
        }
        gapCount--;
        System.arraycopy(gaps, at + 1, gaps, at, gapCount - at);
    }

    /** For tests: how many deliveries up to the frontier are not settled. */
    int unsettled() {
        return gapCount;
    }
}
