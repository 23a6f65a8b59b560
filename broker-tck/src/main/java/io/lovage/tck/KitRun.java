package io.lovage.tck;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;

/** One run of the kit over one harness: its limits and what came out, test by test. Thread-safe. */
final class KitRun implements AutoCloseable {
    /** Outcomes, as they stand in the file. */
    enum Outcome {
        PASS,
        FAIL,
        LIMIT,
        ABORTED
    }

    private final Set<String> lines = new ConcurrentSkipListSet<>();
    private final BrokerHarness harness;
    private final OptionalInt onlyChapter;
    private final DeclaredLimits limits;
    private final Optional<Path> folder;

    KitRun(BrokerHarness harness, OptionalInt onlyChapter, Optional<Path> folder) {
        this.harness = harness;
        this.onlyChapter = onlyChapter;
        this.limits = DeclaredLimits.ofClassPath().of(harness.column(), harness.variant());
        this.folder = folder;
    }

    BrokerHarness harness() {
        return harness;
    }

    DeclaredLimits limits() {
        return limits;
    }

    void record(RuleId rule, String test, Outcome outcome, String reason) {
        lines.add(String.join("\t", rule.toString(), test, outcome.name(), reason.replaceAll("\\s+", " ")));
    }

    /** Writes the file that the conformance table is made of, and stops the harness. */
    @Override
    public void close() throws IOException {
        try {
            if (folder.isPresent() && harness.isInTable()) {
                write(folder.get());
            }
        } finally {
            harness.close();
        }
    }

    private void write(Path where) throws IOException {
        Files.createDirectories(where);
        String chapter = onlyChapter.isPresent() ? "\t" + onlyChapter.getAsInt() : "";
        String head = "# " + harness.column() + "\t" + harness.variant() + chapter + "\n";
        Files.writeString(
                where.resolve(harness.column() + "-" + harness.variant() + ".tsv"),
                head + lines.stream().collect(Collectors.joining("\n", "", "\n")),
                StandardCharsets.UTF_8);
    }
}
