package io.lovage.benchmarks.growth;

import io.lovage.benchmarks.engine.WarmUp;
import io.lovage.benchmarks.growth.Step.Kind;
import io.lovage.benchmarks.lane.Used;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Lets something grow and looks at each size what a task costs. Before the first size everything has run until it has
 * stopped becoming faster: else each size would profit from the compiler's work on those before. Used by one thread.
 */
final class Growing {
    private static final int MOST_WARMUPS = 8;
    private static final int ENOUGH = 100_000;

    private final String about;
    private final Worker worker;
    private final Memory memory;
    private final Amount amount;
    private final Consumer<String> progress;

    /** Does a step. */
    @FunctionalInterface
    interface Worker {
        Used run(Step step) throws IOException;
    }

    /** What the server uses for its data, in bytes; negative where nobody knows. */
    @FunctionalInterface
    interface Memory {
        long bytes() throws IOException;
    }

    /**
     * How much is done at each size.
     *
     * @param tasks of one run
     * @param rounds how many runs count
     */
    record Amount(int tasks, int rounds) {}

    /**
     * Ready to begin.
     *
     * @param about who is measured
     * @param progress is told what was seen, in words
     */
    Growing(String about, Worker worker, Memory memory, Amount amount, Consumer<String> progress) {
        this.about = about;
        this.worker = worker;
        this.memory = memory;
        this.amount = amount;
        this.progress = progress;
    }

    List<Curve> measure(Load load) throws IOException {
        Map<Kind, List<Cost>> costs = new EnumMap<>(Kind.class);
        int there = 0;
        warmUp(load);
        for (int size : load.sizes()) {
            double bytesPerTask = load.fills() ? fill(load, size - there) : Used.UNKNOWN;
            there = size;
            Map<Kind, List<Used>> runs = rounds(load, size);
            for (Kind kind : load.kinds()) {
                Cost cost = Cost.of(size, amount.tasks(), runs.getOrDefault(kind, List.of()), bytesPerTask);
                costs.computeIfAbsent(kind, any -> new ArrayList<>()).add(cost);
                progress.accept(words(load, kind, cost));
            }
        }
        return load.kinds().stream()
                .map(kind -> new Curve(load.axis(), kind, costs.getOrDefault(kind, List.of())))
                .toList();
    }

    /** What it takes of a few megabytes is lost in what a server's memory does by itself. */
    private double fill(Load load, int missing) throws IOException {
        if (missing == 0) {
            return Used.UNKNOWN;
        }
        long before = memory.bytes();
        worker.run(load.fill(missing));
        long after = memory.bytes();
        boolean told = missing >= ENOUGH && before >= 0 && after >= before;
        return told ? (double) (after - before) / missing : Used.UNKNOWN;
    }

    private void warmUp(Load load) throws IOException {
        WarmUp warmUp = new WarmUp();
        for (int run = 0; run < MOST_WARMUPS && !warmUp.isOver(); run++) {
            long nanos = 0;
            for (Kind kind : load.kinds()) {
                nanos += worker.run(load.step(kind, load.sizes().get(0), amount.tasks()))
                        .nanos();
            }
            warmUp.ran(1e9 / nanos);
        }
    }

    private Map<Kind, List<Used>> rounds(Load load, int size) throws IOException {
        Map<Kind, List<Used>> runs = new EnumMap<>(Kind.class);
        for (int round = 0; round < amount.rounds(); round++) {
            for (Kind kind : load.kinds()) {
                Used used = worker.run(load.step(kind, size, amount.tasks()));
                runs.computeIfAbsent(kind, any -> new ArrayList<>()).add(used);
            }
        }
        return runs;
    }

    private String words(Load load, Kind kind, Cost cost) {
        return String.format(
                Locale.ROOT,
                "%s, %s with %,d %s: %,.0f tasks/s, %.1f µs of the client, %.1f µs of the broker",
                about,
                kind.name().toLowerCase(Locale.ROOT),
                cost.size(),
                load.axis().name().toLowerCase(Locale.ROOT),
                cost.tasksPerSecond(),
                cost.cpuMicrosClient(),
                cost.cpuMicrosBroker());
    }
}
