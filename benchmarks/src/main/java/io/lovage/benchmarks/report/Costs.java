package io.lovage.benchmarks.report;

import org.jspecify.annotations.Nullable;

/**
 * What one task cost; null where it is not known. Immutable.
 *
 * @param cpuMicrosClient processor time of the client's JVM, in microseconds
 * @param cpuMicrosBroker processor time of the server's processes, in microseconds
 * @param stealPercent of the machine's processor time went to other guests meanwhile
 * @param allocBytes the client put on its heap
 * @param serverBytesPerTask the server's memory for one task that waits
 * @param wireBytesPerTask on the wire in both directions
 */
public record Costs(
        @Nullable Double cpuMicrosClient,
        @Nullable Double cpuMicrosBroker,
        @Nullable Double stealPercent,
        @Nullable Double allocBytes,
        @Nullable Double serverBytesPerTask,
        @Nullable Double wireBytesPerTask) {
    /** Nothing is known. */
    public static final Costs UNKNOWN = new Costs(null, null, null, null, null, null);

    public Costs {
        Amounts.check("cpu_us_client", cpuMicrosClient);
        Amounts.check("cpu_us_broker", cpuMicrosBroker);
        Amounts.check("steal_percent", stealPercent);
        Amounts.check("alloc_bytes", allocBytes);
        Amounts.check("server_bytes_per_task", serverBytesPerTask);
        Amounts.check("wire_bytes_per_task", wireBytesPerTask);
    }
}
