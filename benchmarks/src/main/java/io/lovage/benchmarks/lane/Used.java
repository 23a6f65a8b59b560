package io.lovage.benchmarks.lane;

/**
 * What something took; negative where the system does not tell.
 *
 * @param nanos how long
 * @param clientCpuNanos processor time of this JVM, on all its threads
 * @param brokerCpuNanos processor time of the server's process and those it started
 * @param stealPercent what other guests took of the machine's processors
 * @param allocatedBytes what this JVM put on its heap; what threads did that have ended is left out before Java 21
 */
public record Used(long nanos, long clientCpuNanos, long brokerCpuNanos, double stealPercent, long allocatedBytes) {
    /** Instead of a figure that is not known. */
    public static final int UNKNOWN = -1;
}
