package io.lovage.tck;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The committed list of what a broker cannot do: {@code src/test/resources/declared-limits.tsv} of its module. One line
 * per limit, fields separated by a tab: column, variant, rule, test, reason. A variant or a test of {@code *} means all
 * of them; lines that begin with {@code #} are comments. The rule's tests are then skipped with the reason, and the
 * conformance table shows it. Immutable.
 */
public record DeclaredLimits(List<Limit> limits) {
    /** The name of the list, as a resource and as a file. */
    public static final String RESOURCE = "declared-limits.tsv";

    private static final String ALL = "*";
    private static final int FIELDS = 5;

    public DeclaredLimits {
        limits = List.copyOf(limits);
    }

    /**
     * One limit.
     *
     * @param test the method's name, or {@code *} for every test of the rule
     */
    public record Limit(String column, String variant, String rule, String test, String reason) {
        boolean covers(String aColumn, String aVariant) {
            return column.equals(aColumn) && (variant.equals(ALL) || variant.equals(aVariant));
        }

        /** Whether it covers all tests of its rule. */
        public boolean whole() {
            return test.equals(ALL);
        }

        /** The reason as JUnit and the build's reports show it. */
        public String message() {
            return "declared limit " + rule + (whole() ? "" : " (" + test + ")") + " of " + column
                    + (variant.equals(ALL) ? "" : " " + variant) + ": " + reason;
        }
    }

    /** Reads the list of the module under test; empty when it has none. */
    public static DeclaredLimits ofClassPath() {
        try (InputStream in = DeclaredLimits.class.getClassLoader().getResourceAsStream(RESOURCE)) {
            return in == null
                    ? new DeclaredLimits(List.of())
                    : parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
    }

    /**
     * Reads a list.
     *
     * @throws IllegalArgumentException naming the first line that has not this form
     */
    public static DeclaredLimits parse(String text) {
        return new DeclaredLimits(text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(DeclaredLimits::limit)
                .toList());
    }

    private static Limit limit(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length != FIELDS || List.of(fields).stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException(
                    RESOURCE + ": expected column, variant, rule, test and reason, separated by tabs: " + line);
        }
        return new Limit(fields[0], fields[1], fields[2], fields[3], fields[4]);
    }

    /** Those of one run. */
    DeclaredLimits of(String column, String variant) {
        return new DeclaredLimits(
                limits.stream().filter(limit -> limit.covers(column, variant)).toList());
    }

    Optional<Limit> find(String rule, String test) {
        return limits.stream()
                .filter(limit -> limit.rule().equals(rule)
                        && (limit.whole() || limit.test().equals(test)))
                .findFirst();
    }
}
