package io.lovage.benchmarks.lane;

import com.sun.management.OperatingSystemMXBean;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.work.Row;
import io.lovage.benchmarks.work.Rows;
import io.lovage.benchmarks.work.Stopwatch;
import io.lovage.benchmarks.work.Work;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/**
 * The child JVM of a {@link LaneProcess}: opens one variant of one row, and for each line on its input does the work
 * once and answers with the nanoseconds that passed and the nanoseconds of processor time it took.
 */
public final class Lane {
    private Lane() {}

    public static void main(String[] arguments) throws Exception {
        Row row = Rows.named(arguments[0]);
        Variant variant = Variant.valueOf(arguments[1]);
        try (Work work = row.open(variant, arguments[2])) {
            answer(work, new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), System.out);
        }
    }

    private static void answer(Work work, BufferedReader orders, PrintStream answers) throws Exception {
        OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        while (isOrdered(orders)) {
            work.prepare();
            long cpuBefore = process.getProcessCpuTime();
            Stopwatch watch = Stopwatch.start();
            work.run();
            long nanos = watch.nanos();
            long cpuNanos = process.getProcessCpuTime() - cpuBefore;
            work.verify();
            answers.println(nanos + " " + cpuNanos);
        }
    }

    private static boolean isOrdered(BufferedReader orders) throws IOException {
        return orders.readLine() != null;
    }
}
