package io.lovage.benchmarks.growth;

import io.lovage.benchmarks.lane.Used;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The memory that a process and those it started occupy, as Linux tells it.
 *
 * @param root where it is one of this machine
 */
record Resident(OptionalLong root) {
    private static final Path PROCESSES = Path.of("/proc");
    private static final String FIELD = "VmRSS:";
    private static final long KIB = 1024;

    /** Negative where it cannot be told. */
    long bytes() throws IOException {
        if (root.isEmpty() || !Files.isDirectory(PROCESSES)) {
            return Used.UNKNOWN;
        }
        Optional<ProcessHandle> process = ProcessHandle.of(root.getAsLong());
        if (process.isEmpty()) {
            return Used.UNKNOWN;
        }
        long sum = 0;
        for (ProcessHandle each : Stream.concat(
                        Stream.of(process.get()), process.get().descendants())
                .toList()) {
            sum += bytes(each.pid());
        }
        return sum;
    }

    /** Nothing for one that has ended meanwhile. */
    private static long bytes(long pid) throws IOException {
        try (Stream<String> lines =
                Files.lines(PROCESSES.resolve(Long.toString(pid)).resolve("status"))) {
            return lines.filter(line -> line.startsWith(FIELD))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
                    .sum();
        } catch (NoSuchFileException ended) {
            return 0;
        }
    }
}
