package io.lovage.benchmarks;

import io.lovage.benchmarks.engine.Surroundings;
import io.lovage.benchmarks.report.Environment;
import io.lovage.benchmarks.report.Section;
import io.lovage.benchmarks.report.StartFigures;
import io.lovage.benchmarks.report.StartFigures.Row;
import io.lovage.benchmarks.report.StartTable;
import io.lovage.benchmarks.work.Starts;
import io.lovage.benchmarks.work.Starts.Mix;
import io.lovage.testservers.KafkaServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Shows how long tasks wait for workers over Kafka, when both have their default settings: a new worker for its first
 * task, short tasks, long ones, and short ones behind a long one. Arguments: how many rounds, then optionally a file
 * for the figures and a document for their table.
 */
public final class StartCheck {
    /** The name of the table in a document. */
    public static final String SECTION = "starts";

    private static final Duration SHORT = Duration.ofMillis(1);
    private static final Duration LONG = Duration.ofSeconds(2);
    private static final Mix ALL_SHORT = new Mix(0, LONG, 8_000, SHORT);
    private static final Mix ALL_LONG = new Mix(2 * Starts.SLOTS, LONG, 0, SHORT);
    private static final Mix BEHIND_ONE = new Mix(1, Duration.ofSeconds(10), 1_500, SHORT);

    private StartCheck() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 1) {
            throw new IllegalArgumentException("usage: StartCheck ROUNDS [FILE.json [DOCUMENT.md]]");
        }
        StartFigures figures = measure(Integer.parseInt(arguments[0]));
        System.out.println(StartTable.of(figures));
        if (arguments.length > 1) {
            figures.write(Path.of(arguments[1]));
        }
        if (arguments.length > 2) {
            new Section(Path.of(arguments[2]), SECTION).write(StartTable.of(figures));
        }
    }

    private static StartFigures measure(int rounds) throws Exception {
        double loadBefore = Environment.load();
        Samples samples = new Samples();
        try (Starts starts = new Starts()) {
            starts.workers(); // once, so that the server has its own topics, and classes are there
            starts.mix(ALL_SHORT);
            for (int round = 0; round < rounds; round++) {
                samples.add(starts);
            }
        }
        return new StartFigures(
                Surroundings.look(Surroundings.kafka(KafkaServer.version()), List.of(), loadBefore), samples.rows());
    }

    /** What was measured so far, in milliseconds. */
    private static final class Samples {
        private final List<double[]> workers = new ArrayList<>();
        private final List<double[]> bare = new ArrayList<>();
        private final List<Double> allShort = new ArrayList<>();
        private final List<Double> allLong = new ArrayList<>();
        private final List<Double> behindOne = new ArrayList<>();

        private void add(Starts starts) throws Exception {
            workers.add(starts.workers());
            bare.add(starts.bareConsumers());
            allShort.add(starts.mix(ALL_SHORT));
            allLong.add(starts.mix(ALL_LONG));
            behindOne.add(starts.mix(BEHIND_ONE));
        }

        private List<Row> rows() {
            String slots = " in " + Starts.SLOTS + " slots";
            return List.of(
                    new Row("a new worker of a new queue, to its first task", nth(workers, 0), nth(bare, 0), 0),
                    new Row("another worker beside it, to its first task", nth(workers, 1), nth(bare, 1), 0),
                    row(count(ALL_SHORT.shortTasks()) + " tasks of 1 ms" + slots, allShort, ALL_SHORT),
                    row(count(ALL_LONG.longTasks()) + " tasks of 2 s" + slots, allLong, ALL_LONG),
                    row(
                            count(BEHIND_ONE.shortTasks()) + " tasks of 1 ms that came after one of 10 s," + slots,
                            behindOne,
                            BEHIND_ONE));
        }
    }

    private static Row row(String what, List<Double> millis, Mix mix) {
        double best = mix.shortTasks() == 0
                ? (double) mix.longTasks() / Starts.SLOTS * mix.longTime().toMillis()
                : (double) mix.shortTasks()
                        / (Starts.SLOTS - mix.longTasks())
                        * mix.shortTime().toMillis();
        return new Row(what, millis, List.of(), best);
    }

    private static String count(int tasks) {
        return String.format(Locale.ROOT, "%,d", tasks);
    }

    private static List<Double> nth(List<double[]> samples, int which) {
        return samples.stream().map(sample -> sample[which]).toList();
    }
}
