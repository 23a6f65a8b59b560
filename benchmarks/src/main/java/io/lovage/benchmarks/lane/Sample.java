package io.lovage.benchmarks.lane;

/**
 * One measured run.
 *
 * @param cpuMicrosPerTask what the JVM of the client spent, on all its threads
 */
public record Sample(double tasksPerSecond, double cpuMicrosPerTask) {}
