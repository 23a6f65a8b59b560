package io.lovage.benchmarks;

import io.lovage.benchmarks.engine.Surroundings;
import io.lovage.benchmarks.report.HeapFigures;
import io.lovage.benchmarks.report.HeapFigures.Reading;
import io.lovage.benchmarks.report.HeapTable;
import io.lovage.benchmarks.report.Section;
import io.lovage.benchmarks.work.HeapDrain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows that memory does not grow with the work done: fills a queue in memory, empties it, and looks at the heap on the
 * way. Ends with 1 when it grew. Arguments: the number of tasks, then optionally a file for the figures and a document
 * for their table; a million tasks need {@code -Xmx4g}.
 */
public final class HeapCheck {
    /** The name of the table in a document. */
    public static final String SECTION = "heap";

    private static final int LOOKS = 10;
    private static final int GREW = 1;

    private HeapCheck() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 1) {
            throw new IllegalArgumentException("usage: HeapCheck TASKS [FILE.json [DOCUMENT.md]]");
        }
        HeapFigures figures = measure(Integer.parseInt(arguments[0]));
        System.out.println(HeapTable.of(figures));
        if (arguments.length > 1) {
            figures.write(Path.of(arguments[1]));
        }
        if (arguments.length > 2) {
            new Section(Path.of(arguments[2]), SECTION).write(HeapTable.of(figures));
        }
        if (!figures.flat()) {
            System.exit(GREW);
        }
    }

    static HeapFigures measure(int tasks) throws InterruptedException {
        // once, so that classes and caches are there
        new HeapDrain(tasks / LOOKS, 1).run((done, usedBytes) -> {});
        long empty = HeapDrain.usedBytes();
        List<Reading> readings = new ArrayList<>();
        new HeapDrain(tasks, LOOKS).run((done, usedBytes) -> readings.add(new Reading(done, usedBytes)));
        return new HeapFigures(Surroundings.started(), Surroundings.jvm(), tasks, empty, readings);
    }
}
