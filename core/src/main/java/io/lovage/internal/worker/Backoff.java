package io.lovage.internal.worker;

import java.time.Duration;

/** Growing pauses between attempts to reach something that does not answer: doubled each time, up to a cap. */
record Backoff(Duration first, Duration most) {
    private static final int LAST_DOUBLING = 20;

    /** The pause after so many failures, from 0. */
    Duration pause(int failures) {
        Duration grown = first.multipliedBy(1L << Math.min(failures, LAST_DOUBLING));
        return grown.compareTo(most) < 0 ? grown : most;
    }
}
