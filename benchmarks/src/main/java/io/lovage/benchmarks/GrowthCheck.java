package io.lovage.benchmarks;

import io.lovage.benchmarks.engine.Surroundings;
import io.lovage.benchmarks.report.Environment;
import io.lovage.benchmarks.report.GrowthFigures;
import io.lovage.benchmarks.report.GrowthFigures.Pair;
import io.lovage.benchmarks.report.GrowthTable;
import io.lovage.benchmarks.report.Section;
import io.lovage.benchmarks.work.Backlog;
import io.lovage.benchmarks.work.Backlog.Load;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows that a full queue in Redis is as fast as an empty one: two private servers, one of them with a backlog, work in
 * turns. Ends with 1 when the full one is slower by more than the goal allows. Arguments: how many tasks wait, then
 * optionally a file for the figures and a document for their table.
 */
public final class GrowthCheck {
    /** The name of the table in a document. */
    public static final String SECTION = "growth";

    private static final int WARMUPS = 3;
    private static final int ROUNDS = 9;
    private static final int DELAYED = 100_000;
    private static final int LEASED = 10_000;
    private static final int TASKS = 20_000;
    private static final int SLOWER = 1;

    private GrowthCheck() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 1) {
            throw new IllegalArgumentException("usage: GrowthCheck WAITING [FILE.json [DOCUMENT.md]]");
        }
        GrowthFigures figures = measure(new Load(Integer.parseInt(arguments[0]), DELAYED, LEASED));
        System.out.println(GrowthTable.of(figures));
        if (arguments.length > 1) {
            figures.write(Path.of(arguments[1]));
        }
        if (arguments.length > 2) {
            new Section(Path.of(arguments[2]), SECTION).write(GrowthTable.of(figures));
        }
        if (!figures.reached()) {
            System.exit(SLOWER);
        }
    }

    private static GrowthFigures measure(Load load) throws Exception {
        double loadBefore = Environment.load();
        try (Backlog empty = Backlog.start(Load.NONE);
                Backlog full = Backlog.start(load)) {
            List<Pair> publish = new ArrayList<>();
            List<Pair> take = new ArrayList<>();
            for (int round = 0; round < WARMUPS + ROUNDS; round++) {
                Pair published = new Pair(empty.publish(TASKS), full.publish(TASKS));
                Pair taken = new Pair(empty.drain(TASKS), full.drain(TASKS));
                if (round >= WARMUPS) {
                    publish.add(published);
                    take.add(taken);
                }
            }
            return new GrowthFigures(environment(empty, loadBefore), load, full.bytesPerQueuedTask(), publish, take);
        }
    }

    private static Environment environment(Backlog server, double loadBefore) throws IOException {
        return Surroundings.look(Surroundings.redis(server.serverVersion()), List.of(), loadBefore);
    }
}
