package io.lovage.benchmarks.latency;

import io.lovage.benchmarks.latency.Program.Asked;
import io.lovage.benchmarks.latency.Taken.Round;
import io.lovage.benchmarks.latency.Taken.Seen;
import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Contender;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Measures the variants of a case in turns: what disturbs the machine for longer than a turn disturbs all of them. Who
 * begins changes from round to round. Used by one thread.
 */
final class Turns {
    private final Program program;
    private final Map<Case, Probe> probes;
    private final Consumer<String> progress;
    private final Map<Case, Double> most = new LinkedHashMap<>();
    private final Map<Case, List<Answer>> warmUp = new LinkedHashMap<>();
    private final Map<Case, List<Round>> reference = new LinkedHashMap<>();
    private final Map<Case, List<Seen>> others = new LinkedHashMap<>();

    /**
     * Ready to begin.
     *
     * @param probes all of one contender
     * @param progress is told what was seen, in words
     */
    Turns(Program program, Map<Case, Probe> probes, Consumer<String> progress) {
        this.program = program;
        this.probes = new LinkedHashMap<>(probes);
        this.progress = progress;
    }

    Map<Case, Taken> take() throws IOException {
        for (Map.Entry<Case, Probe> each : probes.entrySet()) {
            double rate = each.getValue()
                    .maximum(program.times().slice(), program.times().mostSlices());
            most.put(each.getKey(), rate);
            progress.accept(Words.most(each.getKey(), rate));
        }
        Contender contender = most.keySet().iterator().next().contender();
        Point point = program.point(Program.reference(contender, most.values()), 0);
        for (Case each : probes.keySet()) {
            // the compiler has still much to do when the most has stopped rising
            warmUp.put(each, List.of(measure(each, point)));
        }
        for (int round = 0; round < program.rounds(); round++) {
            takeReference(round, point);
        }
        for (Asked asked : program.others()) {
            for (Case each : probes.keySet()) {
                takeOther(each, asked);
            }
        }
        Map<Case, Taken> taken = new LinkedHashMap<>();
        probes.keySet()
                .forEach(each -> taken.put(
                        each,
                        new Taken(
                                most.getOrDefault(each, 0.0),
                                warmUp.getOrDefault(each, List.of()),
                                reference.getOrDefault(each, List.of()),
                                others.getOrDefault(each, List.of()))));
        return taken;
    }

    private void takeReference(int round, Point point) throws IOException {
        List<Case> order = new ArrayList<>(probes.keySet());
        if (round % 2 == 1) {
            Collections.reverse(order);
        }
        for (Case each : order) {
            Round taken = new Round(round, point, measure(each, point));
            reference.computeIfAbsent(each, any -> new ArrayList<>()).add(taken);
        }
    }

    private void takeOther(Case each, Asked asked) throws IOException {
        Point point = program.point(asked.rate(most.getOrDefault(each, 0.0)), asked.taskMillis());
        others.computeIfAbsent(each, any -> new ArrayList<>()).add(new Seen(asked, point, measure(each, point)));
    }

    private Answer measure(Case each, Point point) throws IOException {
        Probe probe = probes.get(each);
        if (probe == null) {
            throw new IllegalStateException("nobody measures " + each.label());
        }
        Answer answer = probe.measure(point);
        progress.accept(Words.point(each, point, answer.figures()));
        return answer;
    }
}
