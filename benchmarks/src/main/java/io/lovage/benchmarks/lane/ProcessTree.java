package io.lovage.benchmarks.lane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** A process with all those it started, as {@code /proc} of Linux shows them. */
final class ProcessTree {
    /** Linux counts processor time for others in hundredths of a second. */
    private static final long TICK_NANOS = 10_000_000;

    private static final int USER = 11;
    private static final int CHILDRENS_SYSTEM = 14;

    private final Optional<ProcessHandle> root;

    ProcessTree(OptionalLong pid) {
        this.root = pid.isPresent() ? ProcessHandle.of(pid.getAsLong()) : Optional.empty();
    }

    /** Processor time so far, with that of children that have ended; negative where it cannot be known. */
    long cpuNanos() {
        if (root.isEmpty() || !Files.exists(file(root.get()))) {
            return Used.UNKNOWN;
        }
        return Stream.concat(root.stream(), root.get().descendants())
                        .mapToLong(ProcessTree::ticks)
                        .sum()
                * TICK_NANOS;
    }

    private static Path file(ProcessHandle process) {
        return Path.of("/proc", Long.toString(process.pid()), "stat");
    }

    private static long ticks(ProcessHandle process) {
        try {
            String line = Files.readString(file(process));
            // the name of the program, in brackets, may contain anything
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = 0;
            for (int field = USER; field <= CHILDRENS_SYSTEM; field++) {
                ticks += Long.parseLong(fields[field]);
            }
            return ticks;
        } catch (IOException ended) {
            return 0;
        }
    }
}
