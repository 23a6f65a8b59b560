package io.lovage.benchmarks.latency;

import java.time.Duration;

/**
 * What a child JVM is asked for.
 *
 * @param rate tasks/s
 * @param taskMillis how long each task takes
 * @param warmupMillis how long tasks are sent before they count
 * @param countedMillis how long they count
 */
record Point(double rate, int taskMillis, int warmupMillis, int countedMillis) {
    Schedule schedule() {
        return Schedule.of(rate, Duration.ofMillis(warmupMillis), Duration.ofMillis(countedMillis));
    }

    Duration taskTime() {
        return Duration.ofMillis(taskMillis);
    }
}
