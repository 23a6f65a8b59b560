package io.lovage.benchmarks.lane;

import com.sun.management.OperatingSystemMXBean;
import io.lovage.benchmarks.work.Stopwatch;
import java.lang.management.ManagementFactory;
import java.util.OptionalLong;

/** Measures what something takes, from its start on. Used by one thread. */
public final class Meter {
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final ProcessTree broker;
    private final long allocatedBefore = Allocation.bytes();
    private final MachineTime machineBefore = MachineTime.now();
    private final long brokerBefore;
    private final long clientBefore = PROCESS.getProcessCpuTime();
    private final Stopwatch watch;

    private Meter(ProcessTree broker) {
        this.broker = broker;
        this.brokerBefore = broker.cpuNanos();
        this.watch = Stopwatch.start();
    }

    /**
     * Begins now.
     *
     * @param broker the process of the server, where it is one of this machine
     */
    public static Meter start(OptionalLong broker) {
        return new Meter(new ProcessTree(broker));
    }

    /** What was used since. */
    public Used stop() {
        long nanos = watch.nanos();
        long client = PROCESS.getProcessCpuTime() - clientBefore;
        long brokerNow = broker.cpuNanos();
        long allocated = Allocation.bytes();
        return new Used(
                nanos,
                client,
                brokerNow < 0 || brokerBefore < 0 ? Used.UNKNOWN : brokerNow - brokerBefore,
                MachineTime.now().stealPercentSince(machineBefore),
                allocated < 0 || allocatedBefore < 0 ? Used.UNKNOWN : Math.max(0, allocated - allocatedBefore));
    }
}
