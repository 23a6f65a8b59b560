package io.lovage.tck.report;

import io.lovage.tck.DeclaredLimits;
import io.lovage.tck.KitRules;
import io.lovage.tck.RuleId;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Merges what the runs of all modules wrote into {@code docs/conformance.md}, and finds skips that nobody declared.
 *
 * <p>{@code ConformanceReport --write|--check|--skips [root]}: {@code --write} writes the table; {@code --check} fails
 * when the committed one differs, when a rule fails, when rules and tests do not match, or when a test was skipped
 * without being declared; {@code --skips} looks only for the last, for builds without every broker. Exit code 0 when
 * all is well, 1 when not, 2 when called wrongly.
 */
public final class ConformanceReport {
    private static final String TABLE = "docs/conformance.md";
    private static final String SEMANTICS = "docs/semantics.md";
    /** How a skip begins when a server is not there that need not be: with LOVAGE_TEST_REQUIRED it is a failure. */
    private static final String NOT_AVAILABLE = "not available: ";

    private static final int WRONG_CALL = 2;

    private final List<String> problems = new ArrayList<>();
    private final Set<String> notes = new TreeSet<>();
    private final Path root;

    private ConformanceReport(Path root) {
        this.root = root;
    }

    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.exit(run(List.of(args), out));
    }

    static int run(List<String> args, PrintStream out) throws IOException {
        if (args.isEmpty()
                || args.size() > 2
                || !Set.of("--write", "--check", "--skips").contains(args.get(0))) {
            out.println("usage: ConformanceReport --write|--check|--skips [root folder of the project]");
            return WRONG_CALL;
        }
        ConformanceReport report = new ConformanceReport(Path.of(args.size() == 2 ? args.get(1) : "."));
        switch (args.get(0)) {
            case "--write" -> report.write();
            case "--check" -> report.check();
            default -> report.checkSkips();
        }
        report.notes.forEach(out::println);
        report.problems.forEach(out::println);
        out.println(report.problems.isEmpty() ? "conformance: all well" : "conformance: see above");
        return report.problems.isEmpty() ? 0 : 1;
    }

    private void write() throws IOException {
        Files.writeString(root.resolve(TABLE), table(), StandardCharsets.UTF_8);
    }

    private void check() throws IOException {
        String fresh = table();
        Path committed = root.resolve(TABLE);
        if (!Files.exists(committed)) {
            problems.add(TABLE + " is missing; write it with --write and commit it");
        } else if (!Files.readString(committed).equals(fresh)) {
            problems.add(TABLE + " differs from what this run proved; write it with --write and commit it");
        }
        checkSkips();
    }

    private String table() throws IOException {
        RuleTexts texts = RuleTexts.parse(Files.readString(root.resolve(SEMANTICS)));
        checkRules(texts);
        List<RunResults> runs = new ArrayList<>();
        for (Path file : files("conformance", ".tsv")) {
            runs.add(RunResults.parse(Files.readString(file)));
        }
        if (runs.isEmpty()) {
            problems.add("no run of the kit was found in any target/conformance");
        }
        runs.forEach(run -> texts.titles().keySet().stream()
                .filter(run::isAbout)
                .forEach(rule -> {
                    if (run.verdict(rule) instanceof RunResults.Broken broken) {
                        problems.add(rule + " on " + run.column() + " " + run.variant() + ": " + broken.notes());
                    }
                }));
        checkLimitsAreUsed(runs);
        return ConformanceTable.of(texts, runs);
    }

    /**
     * A limit of a broker that nobody knows hides nothing today, and something tomorrow. Its variant need not have been
     * run: some exist only on other machines.
     */
    private void checkLimitsAreUsed(List<RunResults> runs) throws IOException {
        for (DeclaredLimits.Limit limit : declared()) {
            if (runs.stream().noneMatch(run -> run.column().equals(limit.column()))) {
                problems.add("declared limit of a broker that was not run: " + limit.message());
            }
        }
    }

    private void checkRules(RuleTexts texts) {
        Set<RuleId> untested = new TreeSet<>(texts.titles().keySet());
        untested.removeAll(KitRules.tests().keySet());
        Set<RuleId> unstated = new TreeSet<>(KitRules.tests().keySet());
        unstated.removeAll(texts.titles().keySet());
        if (!untested.isEmpty()) {
            problems.add("rules without a test: " + untested);
        }
        if (!unstated.isEmpty()) {
            problems.add("tests of rules that " + SEMANTICS + " does not state: " + unstated);
        }
    }

    private void checkSkips() throws IOException {
        Set<String> declared = declaredReasons();
        for (Path file : files("surefire-reports", ".xml")) {
            for (SurefireSkips.Skip skip : SurefireSkips.in(file)) {
                judge(skip, declared);
            }
        }
    }

    private void judge(SurefireSkips.Skip skip, Set<String> declared) {
        if (skip.reason().startsWith(NOT_AVAILABLE)) {
            notes.add("skipped: " + skip.reason());
        } else if (!declared.contains(skip.reason())) {
            problems.add("skipped without being declared: " + skip.test() + ": " + skip.reason());
        }
    }

    private Set<String> declaredReasons() throws IOException {
        return declared().stream().map(DeclaredLimits.Limit::message).collect(Collectors.toSet());
    }

    private List<DeclaredLimits.Limit> declared() throws IOException {
        List<DeclaredLimits.Limit> found = new ArrayList<>();
        for (Path module : modules()) {
            Path list = module.resolve("src/test/resources").resolve(DeclaredLimits.RESOURCE);
            if (Files.exists(list)) {
                found.addAll(DeclaredLimits.parse(Files.readString(list)).limits());
            }
        }
        return found;
    }

    /** What the modules' builds left in this folder of their target. */
    private List<Path> files(String folder, String end) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path module : modules()) {
            Path target = module.resolve("target").resolve(folder);
            if (Files.isDirectory(target)) {
                try (Stream<Path> files = Files.list(target)) {
                    files.filter(file -> file.getFileName().toString().endsWith(end))
                            .sorted()
                            .forEach(found::add);
                }
            }
        }
        return found;
    }

    private List<Path> modules() throws IOException {
        try (Stream<Path> folders = Files.list(root)) {
            return folders.filter(folder -> Files.exists(folder.resolve("pom.xml")))
                    .sorted()
                    .toList();
        }
    }
}
