package io.lovage.benchmarks.lane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * What the machine's processors have done so far, as {@code /proc/stat} of Linux shows it.
 *
 * @param steal ticks in which a processor was given to another guest; negative where the system does not tell
 * @param all ticks
 */
record MachineTime(long steal, long all) {
    private static final Path STAT = Path.of("/proc/stat");
    private static final int STEAL = 7;
    private static final double PERCENT = 100;

    static MachineTime now() {
        try (Stream<String> lines = Files.lines(STAT)) {
            long[] ticks = lines.filter(line -> line.startsWith("cpu "))
                    .findFirst()
                    .map(MachineTime::numbers)
                    .orElse(new long[0]);
            // what comes after is contained in what comes before
            return ticks.length > STEAL
                    ? new MachineTime(
                            ticks[STEAL], Arrays.stream(ticks).limit(STEAL + 1).sum())
                    : new MachineTime(Used.UNKNOWN, 0);
        } catch (IOException noLinux) {
            return new MachineTime(Used.UNKNOWN, 0);
        }
    }

    private static long[] numbers(String line) {
        return Arrays.stream(line.split(" +", -1))
                .skip(1)
                .mapToLong(Long::parseLong)
                .toArray();
    }

    double stealPercentSince(MachineTime before) {
        if (steal < 0 || before.steal < 0) {
            return Used.UNKNOWN;
        }
        return all == before.all ? 0 : PERCENT * (steal - before.steal) / (all - before.all);
    }
}
