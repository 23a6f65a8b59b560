package io.lovage.tck.report;

import io.lovage.tck.RuleId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one run of the kit wrote: for each rule what came out of its tests. Immutable.
 *
 * @param onlyChapter the one chapter that was run; empty when all were
 */
record RunResults(String column, String variant, Optional<Integer> onlyChapter, Map<RuleId, List<TestResult>> rules) {
    private static final int FIELDS = 4;
    private static final String REASON_BEGINS = ": ";

    /** One test: PASS, FAIL, LIMIT or ABORTED. */
    record TestResult(String test, String outcome, String reason) {}

    /** How a rule fared in this run. */
    sealed interface Verdict {
        /** As it stands in the table, before its notes. */
        String word();

        /** Why, for the notes below the table; empty when it holds without any. */
        List<String> notes();
    }

    record Holds(List<String> notes) implements Verdict {
        @Override
        public String word() {
            return "yes";
        }
    }

    record Limited(List<String> notes) implements Verdict {
        @Override
        public String word() {
            return "limit";
        }
    }

    record Broken(List<String> notes) implements Verdict {
        @Override
        public String word() {
            return "**NO**";
        }
    }

    static RunResults parse(String text) {
        List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
        if (lines.isEmpty() || !lines.get(0).startsWith("# ")) {
            throw new IllegalArgumentException(
                    "not written by the kit: the first line does not name column and variant");
        }
        String[] head = lines.get(0).substring(2).split("\t", -1);
        Map<RuleId, List<TestResult>> rules = new TreeMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split("\t", FIELDS);
            RuleId rule = RuleId.atStartOf(fields[0])
                    .orElseThrow(() -> new IllegalArgumentException("a line without a rule: " + line));
            rules.computeIfAbsent(rule, id -> new ArrayList<>())
                    .add(new TestResult(fields[1], fields[2], fields.length < FIELDS ? "" : fields[3]));
        }
        Optional<Integer> chapter = head.length > 2 ? Optional.of(Integer.valueOf(head[2])) : Optional.empty();
        return new RunResults(head[0], head[1], chapter, rules);
    }

    /** Whether this run was to prove the rule. */
    boolean isAbout(RuleId rule) {
        return onlyChapter.filter(only -> only != rule.chapter()).isEmpty();
    }

    /** The variant, and what of the kit was run. */
    String title() {
        return "`" + variant + "`"
                + onlyChapter.map(only -> " (R" + only + " alone)").orElse("");
    }

    Verdict verdict(RuleId rule) {
        List<TestResult> tests = rules.getOrDefault(rule, List.of());
        List<String> broken = tests.stream()
                .filter(test -> test.outcome().equals("FAIL") || test.outcome().equals("ABORTED"))
                .map(test -> test.test() + " failed")
                .toList();
        if (!broken.isEmpty()) {
            return new Broken(broken);
        }
        List<String> reasons = tests.stream()
                .filter(test -> test.outcome().equals("LIMIT"))
                .map(test -> reason(test.reason()))
                .distinct()
                .toList();
        boolean anyPassed = tests.stream().anyMatch(test -> test.outcome().equals("PASS"));
        if (tests.isEmpty()) {
            return new Broken(List.of("no test of this rule was run"));
        }
        return anyPassed ? new Holds(reasons) : new Limited(reasons);
    }

    /** What stands after the head of a limit's message. */
    private static String reason(String message) {
        int colon = message.indexOf(REASON_BEGINS);
        return colon < 0 ? message : message.substring(colon + REASON_BEGINS.length());
    }
}
