package io.lovage.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What workers of Celery 5.2.6 and 5.6.2 wrote into Redis, captured there; the files belong to the tests of core. The
 * captures are indented for people; Python's own form is what is left without that.
 */
final class GoldenDocuments {
    private static final Path ROOT = Path.of("..", "core", "src", "test", "resources", "golden");
    /** A document as the result backend stores it begins with its status, one that is sent as a reply with its id. */
    private static final Pattern STORED = Pattern.compile("\\{\\s*\"status\": \"");

    private static final Pattern ENVELOPE = Pattern.compile("(?<=\"envelope\": )\\{");

    private GoldenDocuments() {}

    /** The documents that were stored, of each capture in their order. */
    static List<List<String>> stored() {
        return files().stream()
                .map(file -> in(file, STORED))
                .filter(documents -> !documents.isEmpty())
                .toList();
    }

    /** All envelopes that were pushed to reply lists, of each capture in their order. */
    static List<String> replies() {
        return files().stream()
                .filter(file -> file.getFileName().toString().startsWith("live_")) // others hold envelopes of tasks
                .flatMap(file -> in(file, ENVELOPE).stream())
                .toList();
    }

    /** Envelopes of tasks in the old protocol. */
    static List<String> protocolOne() {
        return files().stream()
                .filter(file -> file.getFileName().toString().equals("protocol1.json"))
                .flatMap(file -> in(file, ENVELOPE).stream())
                .toList();
    }

    private static List<String> in(Path file, Pattern begin) {
        List<String> all = new ArrayList<>();
        String text = read(file);
        Matcher matcher = begin.matcher(text);
        for (int from = 0; matcher.find(from); from = matcher.start() + 1) {
            all.add(asPythonWrites(text.substring(matcher.start(), end(text, matcher.start()))));
        }
        return all;
    }

    /** Behind the brace that closes the one that stands here. */
    private static int end(String text, int begin) {
        int depth = 0;
        boolean inText = false;
        for (int i = begin; i < text.length(); i++) {
            char c = text.charAt(i);
            if (inText && c == '\\') {
                i++;
            } else if (c == '"') {
                inText = !inText;
            } else if (!inText && c == '{') {
                depth++;
            } else if (!inText && c == '}' && --depth == 0) {
                return i + 1;
            }
        }
        throw new IllegalArgumentException("nothing closes the brace at " + begin);
    }

    /** A line break never stands inside of a text, where it is escaped, as everything is that is not ASCII. */
    private static String asPythonWrites(String indented) {
        return indented.replaceAll(",\\n\\s*", ", ")
                .replaceAll("\\n\\s*", "")
                .chars()
                .mapToObj(c -> c < 128 ? Character.toString(c) : String.format(Locale.ROOT, "\\u%04x", c))
                .collect(Collectors.joining());
    }

    private static List<Path> files() {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all.filter(file -> file.toString().endsWith(".json"))
                    .filter(file -> ROOT.relativize(file).toString().startsWith("redis"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
