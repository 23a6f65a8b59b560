package io.lovage.tck;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The number of a rule, such as R3.8; ordered as in {@code docs/semantics.md}. */
public record RuleId(int chapter, int number) implements Comparable<RuleId> {
    private static final Pattern AT_START = Pattern.compile("R(\\d+)\\.(\\d+)\\b.*", Pattern.DOTALL);
    private static final Comparator<RuleId> ORDER =
            Comparator.comparingInt(RuleId::chapter).thenComparingInt(RuleId::number);

    /** The rule with whose id a text begins, such as the display name of a test. */
    public static Optional<RuleId> atStartOf(String text) {
        Matcher matcher = AT_START.matcher(text);
        return matcher.matches()
                ? Optional.of(new RuleId(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    @Override
    public int compareTo(RuleId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return "R" + chapter + "." + number;
    }
}
