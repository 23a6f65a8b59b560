package io.lovage.console.demo;

import io.lovage.examples.bulkimport.ColumnProfile;
import io.lovage.examples.bulkimport.ImportResult;
import io.lovage.examples.bulkimport.TableProfile;
import io.lovage.examples.bulkimport.ValueCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The outcome for people. */
final class SummaryTable {
    private static final int WIDEST_CELL = 28;
    private static final int SHOWN_TOP = 2;
    private static final int SHOWN_REJECTIONS = 10;
    private static final List<String> HEADER =
            List.of("column", "type", "empty", "distinct", "min", "max", "sum", "most frequent");
    /** The cells that are numbers stand at the right. */
    private static final List<Integer> RIGHT = List.of(2, 3, 6);

    private SummaryTable() {}

    static List<String> lines(DemoOutcome outcome) {
        TableProfile profile = outcome.result().profile();
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        profile.columns().forEach(column -> rows.add(cells(column)));
        List<String> lines = new ArrayList<>(aligned(rows));
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "%s, %,d rejected%s",
                Numbers.counted(profile.rows(), "row", "rows"),
                profile.rejected(),
                profile.rejected() == 0 ? "" : " " + new TreeMap<>(profile.rejectedByReason())));
        lines.addAll(rejections(profile));
        lines.add(effort(outcome));
        outcome.kill().ifPresent(kill -> lines.add(kill(kill)));
        return lines;
    }

    private static List<String> cells(ColumnProfile profile) {
        return List.of(
                shortened(profile.column().name()),
                profile.column().type().name().toLowerCase(Locale.ROOT),
                String.format(Locale.ROOT, "%,d", profile.empty()),
                (profile.distinctExact() ? "" : "~") + String.format(Locale.ROOT, "%,d", profile.distinct()),
                shortened(profile.min().orElse("")),
                shortened(profile.max().orElse("")),
                profile.sum()
                        .map(sum -> String.format(Locale.ROOT, "%,." + Math.max(0, sum.scale()) + "f", sum))
                        .orElse(""),
                profile.top().stream()
                        .limit(SHOWN_TOP)
                        .map(SummaryTable::frequency)
                        .collect(Collectors.joining(", ")));
    }

    private static String frequency(ValueCount value) {
        return shortened(value.value()) + String.format(Locale.ROOT, " (%,d)", value.count());
    }

    private static String shortened(String text) {
        String printable = text.replaceAll("\\p{Cntrl}", "?");
        int length = printable.codePointCount(0, printable.length());
        return length <= WIDEST_CELL
                ? printable
                : printable.substring(0, printable.offsetByCodePoints(0, WIDEST_CELL - 1)) + "\u2026";
    }

    private static List<String> aligned(List<List<String>> rows) {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                int column = i;
                int width = rows.stream()
                        .mapToInt(cells -> cells.get(column).length())
                        .max()
                        .orElse(0);
                String space = " ".repeat(width - row.get(i).length());
                line.append(RIGHT.contains(i) ? space + row.get(i) : row.get(i) + space)
                        .append("  ");
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private static List<String> rejections(TableProfile profile) {
        List<String> lines = new ArrayList<>(profile.firstRejections().stream()
                .limit(SHOWN_REJECTIONS)
                .map(rejection -> "  row " + rejection.row() + ": " + rejection.reason() + ": "
                        + rejection.detail().replaceAll("\\p{Cntrl}", "?"))
                .toList());
        if (profile.rejected() > SHOWN_REJECTIONS) {
            lines.add(String.format(Locale.ROOT, "  and %,d more", profile.rejected() - SHOWN_REJECTIONS));
        }
        return lines;
    }

    private static String effort(DemoOutcome outcome) {
        ImportResult result = outcome.result();
        return String.format(
                Locale.ROOT,
                "%s in %.2f s (%,.0f per second), %s, %d redelivered",
                Numbers.counted(result.tasks(), "task", "tasks"),
                outcome.seconds(),
                outcome.tasksPerSecond(),
                Numbers.counted(result.retries(), "retry", "retries"),
                result.redelivered());
    }

    private static String kill(KillOne.Outcome kill) {
        return kill.secondsToRedelivery().isPresent()
                ? String.format(
                        Locale.ROOT,
                        "worker process %d was killed; %s came back (what it ran and what it had fetched ahead),"
                                + " the last %.3f s after the kill",
                        kill.pid().orElseThrow(),
                        Numbers.counted(kill.redelivered(), "chunk", "chunks"),
                        kill.secondsToRedelivery().getAsDouble())
                : "no worker process held a chunk when half of the file was done; take more rows or smaller --chunk-rows";
    }
}
