package io.lovage.benchmarks.report;

import io.lovage.benchmarks.plan.Case;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** All that one run of {@code lovage bench} found, as it is kept in JSON: exactly one row for each case. Immutable. */
public record BenchReport(BenchEnvironment environment, List<BenchRow> rows, List<GrowthRow> growth) {
    public BenchReport {
        rows = List.copyOf(rows);
        growth = List.copyOf(growth);
        Set<Case> seen = new HashSet<>();
        for (BenchRow row : rows) {
            if (!seen.add(row.of())) {
                throw new IllegalArgumentException("two rows are of " + row.of());
            }
        }
    }

    public Optional<BenchRow> row(Case of) {
        return rows.stream().filter(row -> row.of().equals(of)).findFirst();
    }

    /**
     * Reads a report.
     *
     * @throws UnusableReportException when it is none, or one of another version
     * @throws IOException when the file cannot be read
     */
    public static BenchReport read(Path file) throws IOException {
        return ReportJson.read(file.toString(), Files.readString(file));
    }

    public void write(Path file) throws IOException {
        Files.writeString(file, json());
    }

    /** As it is kept, with a newline at the end. */
    public String json() {
        return ReportJson.write(this) + "\n";
    }
}
