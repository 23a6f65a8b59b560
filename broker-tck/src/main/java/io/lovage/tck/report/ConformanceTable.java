package io.lovage.tck.report;

import io.lovage.tck.RuleId;
import io.lovage.tck.report.RunResults.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The table in {@code docs/conformance.md}: a row per rule, a column per broker, notes for the limits. */
final class ConformanceTable {
    private static final String HEAD = """
            # Conformance

            Generated from the last run of the conformance kit; do not edit. What a rule says in full is in
            [semantics.md](semantics.md).

            - **yes**: every test of the rule passed. With a note: what one of its tests could not be asked of this broker.
            - **limit**: the rule is a declared limit of this broker; the note says why.

            """;

    private final RuleTexts texts;
    private final Map<String, List<RunResults>> columns;
    private final List<String> notes = new ArrayList<>();

    private ConformanceTable(RuleTexts texts, List<RunResults> runs) {
        this.texts = texts;
        this.columns = runs.stream()
                .sorted((a, b) -> a.variant().compareTo(b.variant()))
                .collect(Collectors.groupingBy(RunResults::column, TreeMap::new, Collectors.toList()));
    }

    static String of(RuleTexts texts, List<RunResults> runs) {
        return new ConformanceTable(texts, runs).render();
    }

    private String render() {
        StringBuilder text = new StringBuilder(HEAD);
        columns.forEach((column, runs) -> text.append("- `")
                .append(column)
                .append("` was run as ")
                .append(runs.stream().map(RunResults::title).collect(Collectors.joining(", ")))
                .append(".\n"));
        text.append("\n| rule | | ")
                .append(String.join(" | ", columns.keySet()))
                .append(" |\n|---|---|");
        text.append("---|".repeat(columns.size())).append('\n');
        texts.titles()
                .forEach((rule, title) -> text.append("| ")
                        .append(rule)
                        .append(" | ")
                        .append(title.replace("|", "\\|"))
                        .append(" | ")
                        .append(columns.values().stream()
                                .map(runs -> cell(rule, runs))
                                .collect(Collectors.joining(" | ")))
                        .append(" |\n"));
        text.append('\n');
        for (int note = 0; note < notes.size(); note++) {
            text.append("[^")
                    .append(note + 1)
                    .append("]: ")
                    .append(notes.get(note))
                    .append(".\n");
        }
        return text.toString();
    }

    /** One word when all variants fared alike, otherwise each by name. */
    private String cell(RuleId rule, List<RunResults> runs) {
        LinkedHashSet<String> words = new LinkedHashSet<>();
        List<String> named = new ArrayList<>();
        for (RunResults run : runs.stream().filter(one -> one.isAbout(rule)).toList()) {
            String word = word(run.column(), run.verdict(rule));
            words.add(word);
            named.add(run.variant() + ": " + word);
        }
        return words.size() == 1 ? words.iterator().next() : String.join("; ", named);
    }

    private String word(String column, Verdict verdict) {
        return verdict.word()
                + verdict.notes().stream()
                        .map(note -> mark(column + ": " + note))
                        .collect(Collectors.joining());
    }

    private String mark(String note) {
        if (!notes.contains(note)) {
            notes.add(note);
        }
        return "[^" + (notes.indexOf(note) + 1) + "]";
    }
}
