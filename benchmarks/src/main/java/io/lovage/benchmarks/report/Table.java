package io.lovage.benchmarks.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Cells under headers, for a terminal, a Markdown document or a page. Immutable.
 *
 * @param title what is shown, in words
 * @param rows each with as many cells as there are headers; the first ones are names, the others stand at the right
 * @param names how many of the first columns are names
 */
public record Table(String title, List<String> headers, List<List<String>> rows, int names) {
    private static final String GAP = "  ";

    public Table {
        headers = List.copyOf(headers);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<String> row : rows) {
            if (row.size() != headers.size()) {
                throw new IllegalArgumentException(row + " does not fit under " + headers);
            }
        }
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The columns of these headers alone. */
    public Table only(Collection<String> wanted) {
        List<Integer> columns = IntStream.range(0, headers.size())
                .filter(column -> wanted.contains(headers.get(column)))
                .boxed()
                .toList();
        List<List<String>> kept = rows.stream()
                .map(row -> columns.stream().map(row::get).toList())
                .toList();
        int namesKept = (int) columns.stream().filter(column -> column < names).count();
        return new Table(title, columns.stream().map(headers::get).toList(), kept, namesKept);
    }

    /** With its title above and aligned by spaces. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(title);
        lines.add(line(headers));
        rows.forEach(row -> lines.add(line(row)));
        return lines;
    }

    private String line(List<String> cells) {
        return IntStream.range(0, cells.size())
                .mapToObj(column -> padded(cells.get(column), width(column), column < names))
                .collect(Collectors.joining(GAP, GAP, ""))
                .stripTrailing();
    }

    private int width(int column) {
        ToIntFunction<List<String>> length = row -> row.get(column).length();
        return Math.max(
                headers.get(column).length(),
                rows.stream().mapToInt(length).max().orElse(0));
    }

    private static String padded(String cell, int width, boolean left) {
        String space = " ".repeat(width - cell.length());
        return left ? cell + space : space + cell;
    }

    /** Without its title. */
    public String markdown() {
        String ruler = IntStream.range(0, headers.size())
                .mapToObj(column -> column < names ? "---" : "---:")
                .collect(Collectors.joining("|", "|", "|\n"));
        return markdown(headers) + ruler + rows.stream().map(Table::markdown).collect(Collectors.joining());
    }

    private static String markdown(List<String> cells) {
        return cells.stream()
                .map(cell -> cell.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;"))
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
