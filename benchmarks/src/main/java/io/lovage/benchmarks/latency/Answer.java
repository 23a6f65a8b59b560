package io.lovage.benchmarks.latency;

import io.lovage.benchmarks.lane.Used;

/**
 * What a child JVM says of a point.
 *
 * @param used what it took from the first task to the last, warm-up and waits between them included
 */
record Answer(PointFigures figures, Used used) {}
