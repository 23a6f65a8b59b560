package io.lovage.tck.report;

import io.lovage.tck.RuleId;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rules as {@code docs/semantics.md} states them: list items or paragraphs that begin with the rule's id in bold,
 * followed by a short title in bold or by sentences, of which the first is the title. Immutable.
 */
record RuleTexts(Map<RuleId, String> titles) {
    private static final Pattern RULE = Pattern.compile(
            "(?ms)^[ \\t]*(?:[-*][ \\t]+)?\\*\\*(R\\d+\\.\\d+)\\*\\*[ \\t:]*(.*?)(?=\\n[ \\t]*\\n|\\n[ \\t]*[-*#]|\\z)");
    private static final Pattern BOLD = Pattern.compile("\\*\\*(.+?)\\*\\*.*", Pattern.DOTALL);
    private static final Pattern SENTENCE = Pattern.compile("(.+?\\.)(?:\\s.*)?", Pattern.DOTALL);

    static RuleTexts parse(String semantics) {
        Map<RuleId, String> titles = new TreeMap<>();
        Matcher rules = RULE.matcher(semantics);
        while (rules.find()) {
            String text = rules.group(2).replaceAll("\\s+", " ").strip();
            RuleId.atStartOf(rules.group(1)).ifPresent(id -> {
                if (titles.put(id, title(text)) != null) {
                    throw new IllegalArgumentException("rule " + id + " is stated twice");
                }
            });
        }
        return new RuleTexts(titles);
    }

    private static String title(String text) {
        Matcher bold = BOLD.matcher(text);
        if (bold.matches() && text.startsWith("**")) {
            return bold.group(1);
        }
        Matcher sentence = SENTENCE.matcher(text);
        return sentence.matches() ? sentence.group(1) : text;
    }
}
