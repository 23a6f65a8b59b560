package io.lovage.benchmarks.report;

import java.util.Locale;
import java.util.stream.Collectors;

/** The heap while a queue is emptied, as Markdown. */
public final class HeapTable {
    private static final double MEGABYTE = 1 << 20;

    private HeapTable() {}

    public static String of(HeapFigures figures) {
        return format(
                        """

                        Taken %s with %s. Heap used after a collection; %,d bytes for each queued task; before anything was sent %.0f MB.

                        | tasks done | heap used, MB | allowed, MB |
                        |---|---|---|
                        """,
                        figures.started(), figures.jvm(), figures.bytesPerQueuedTask(), figures.emptyBytes() / MEGABYTE)
                + figures.readings().stream()
                        .map(reading -> format(
                                "| %,d | %.0f | %.0f |\n",
                                reading.done(),
                                reading.usedBytes() / MEGABYTE,
                                figures.allowedBytes(reading) / MEGABYTE))
                        .collect(Collectors.joining())
                + "\n";
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
