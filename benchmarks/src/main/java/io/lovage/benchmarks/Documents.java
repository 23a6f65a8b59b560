package io.lovage.benchmarks;

import io.lovage.benchmarks.report.BenchReport;
import io.lovage.benchmarks.report.Facts;
import io.lovage.benchmarks.report.Section;
import io.lovage.benchmarks.report.Summary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Writes what a committed report and the declared facts say into {@code docs/benchmarks.md} and {@code README.md},
 * between their marks. Argument: the folder of the project.
 */
public final class Documents {
    /** The whole report in docs/benchmarks.md, and a few lines of it in the README. */
    public static final String COMPARED = "compared";

    /** What is declared of each broker, in the README. */
    public static final String BROKERS = "brokers";

    private static final Path REPORT = Path.of("docs", "benchmarks", "bench.json");

    private Documents() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            throw new IllegalArgumentException("usage: Documents FOLDER_OF_THE_PROJECT");
        }
        Path project = Path.of(arguments[0]);
        Optional<BenchReport> report = committed(project);
        new Section(document(project), COMPARED).write(Summary.whole(report));
        new Section(readme(project), COMPARED).write(Summary.few(report));
        new Section(readme(project), BROKERS).write(brokers());
    }

    /** The report that the documents show; empty where none is committed. */
    static Optional<BenchReport> committed(Path project) throws IOException {
        Path file = project.resolve(REPORT);
        return Files.exists(file) ? Optional.of(BenchReport.read(file)) : Optional.empty();
    }

    static String brokers() {
        return "\n" + Facts.declared().markdown() + "\n";
    }

    static Path document(Path project) {
        return project.resolve("docs").resolve("benchmarks.md");
    }

    static Path readme(Path project) {
        return project.resolve("README.md");
    }
}
