package io.lovage.benchmarks.report;

import io.lovage.benchmarks.plan.Broker;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What no benchmark measures and a chooser must know all the same. It stands in one file, from which the README's table
 * and the page are made; a test holds each answer to a sentence of the broker's own document. Immutable.
 */
public record Facts(List<Fact> all) {
    private static final String FILE = "facts.json";

    public Facts {
        all = List.copyOf(all);
    }

    /**
     * One question.
     *
     * @param choosing whether it helps to choose; else it helps to begin
     */
    public record Fact(String question, boolean choosing, Map<Broker, Answer> answers) {
        public Fact {
            answers = Map.copyOf(answers);
        }

        /** With code between backquotes, as in Markdown. */
        public String answer(Broker broker) {
            return Objects.requireNonNull(answers.get(broker)).text();
        }

        Optional<String> quote(Broker broker) {
            return Objects.requireNonNull(answers.get(broker)).quote();
        }
    }

    /**
     * One answer.
     *
     * @param quote what the broker's document says of it, word by word
     */
    public record Answer(String text, Optional<String> quote) {}

    /** Those that Lovage was built with. */
    public static Facts declared() {
        try (InputStream file = Objects.requireNonNull(Facts.class.getResourceAsStream(FILE))) {
            return ReportJson.read(FILE, new String(file.readAllBytes(), StandardCharsets.UTF_8), Facts::read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Facts read(Fields json) {
        return new Facts(json.list("facts", Facts::fact));
    }

    private static Fact fact(Fields json) {
        Map<Broker, Answer> answers = new EnumMap<>(Broker.class);
        for (Broker broker : Broker.values()) {
            answers.put(
                    broker,
                    json.object(
                            broker.label(),
                            answer ->
                                    new Answer(answer.text("text"), Optional.ofNullable(answer.textOrNull("quote")))));
        }
        return new Fact(json.text("question"), json.flag("choosing"), answers);
    }

    /** The table of the README. */
    public String markdown() {
        return row(Stream.concat(
                        Stream.of(""),
                        Stream.of(Broker.values())
                                .map(broker -> broker == Broker.MEMORY ? "in memory" : broker.title())))
                + "|---|---|---|---|---|\n"
                + all.stream().map(Facts::row).collect(Collectors.joining());
    }

    private static String row(Fact fact) {
        List<String> cells = new ArrayList<>(List.of(fact.question()));
        for (Broker broker : Broker.values()) {
            cells.add(fact.answer(broker));
        }
        return row(cells.stream());
    }

    private static String row(Stream<String> cells) {
        return cells.collect(Collectors.joining(" | ", "| ", " |\n")).replace("|  |", "| |");
    }
}
