package io.lovage.benchmarks.report;

import io.lovage.benchmarks.plan.Case;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What changed since an older report, for a terminal: what may be the reason first. */
public final class CompareTable {
    private static final List<String> HEADERS = List.of("case", "figure", "before", "after", "change", "");

    private CompareTable() {}

    public static List<String> lines(Compare compare) {
        List<String> lines = new ArrayList<>();
        listed(lines, "Not the same in both runs, and perhaps the reason:", compare.unlike());
        List<Change> beyond = compare.beyondNoise().stream()
                .sorted(Comparator.comparingDouble((Change change) -> Math.abs(change.share()))
                        .reversed())
                .toList();
        if (beyond.isEmpty()) {
            lines.add("Nothing changed beyond the noise.");
        } else {
            List<List<String>> rows = beyond.stream().map(CompareTable::row).toList();
            lines.addAll(new Table("Changed beyond the noise:", HEADERS, rows, 2).lines());
        }
        lines.add(Words.format(
                "%,d figures of %,d cases were compared. %s",
                compare.changes().size(),
                compare.changes().stream().map(Change::of).distinct().count(),
                Noise.RULE));
        listed(lines, "Lost or duplicate tasks:", compare.countedOtherwise());
        listed(lines, "Only in the older report:", labels(compare.onlyBefore()));
        listed(lines, "Only in the newer report:", labels(compare.onlyAfter()));
        return lines;
    }

    private static void listed(List<String> lines, String title, List<String> items) {
        if (!items.isEmpty()) {
            lines.add(title);
            items.forEach(item -> lines.add("  " + item));
        }
    }

    private static List<String> labels(List<Case> cases) {
        return cases.stream().map(Case::label).toList();
    }

    private static List<String> row(Change change) {
        boolean rate = change.figure() == Change.Figure.RATE;
        return List.of(
                change.of().label(),
                change.figure().title(),
                rate ? Words.whole(change.before()) : Words.latency(change.before()),
                rate ? Words.whole(change.after()) : Words.latency(change.after()),
                Words.percent(change.share()),
                change.isBetter() ? "better" : "WORSE");
    }
}
