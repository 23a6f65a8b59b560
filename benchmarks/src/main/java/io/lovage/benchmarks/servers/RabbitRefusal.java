package io.lovage.benchmarks.servers;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads RabbitMQ's sentence about a declaration that differs from what is there. */
final class RabbitRefusal {
    private static final Pattern CURRENT = Pattern.compile("but current is (?:the value )?'?([^',)]+)'?");

    private RabbitRefusal() {}

    /** What the server has, in its own words; a classic queue has no type. */
    static String current(String sentence) {
        Matcher matcher = CURRENT.matcher(sentence);
        if (!matcher.find()) {
            return "cannot be read back: " + sentence;
        }
        String current = matcher.group(1).strip();
        return current.equals("none") ? "classic (the server has none, which means so)" : current;
    }
}
