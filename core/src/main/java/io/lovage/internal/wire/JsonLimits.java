package io.lovage.internal.wire;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;

/**
 * What is read at most, and therefore written at most. The same for messages and results, on every broker: whatever the
 * writing side lets pass, the reading side takes (rule R11.8).
 */
final class JsonLimits {
    /** Python reads no more of an integer either, and for the same reason: the time grows with the square. */
    private static final int LONGEST_NUMBER = 4_300;

    private static final int LONGEST_KEY = 50_000;
    private static final int LONGEST_TEXT = 100_000_000;
    private static final int DEEPEST = 500;

    static final StreamReadConstraints CONSTRAINTS = StreamReadConstraints.builder()
            .maxNumberLength(LONGEST_NUMBER)
            .maxNameLength(LONGEST_KEY)
            .maxStringLength(LONGEST_TEXT)
            .maxNestingDepth(DEEPEST)
            .build();

    /** Shorter text holds nothing that is too long for a reader; the depth is bounded by the writer itself. */
    static final int HARMLESS_BYTES = LONGEST_NUMBER;

    private JsonLimits() {}

    /** Which limit it was, in words; empty when it was something else. */
    static Optional<String> exceeded(JacksonException refusal) {
        if (!(refusal instanceof StreamConstraintsException)) {
            return Optional.empty();
        }
        String told = refusal.getOriginalMessage();
        if (told.contains("nesting depth")) {
            return Optional.of("it is nested more than " + DEEPEST + " levels deep");
        }
        if (told.startsWith("Number")) {
            return Optional.of("a number in it has more than " + LONGEST_NUMBER + " digits");
        }
        if (told.startsWith("Name")) {
            return Optional.of("a key in it has more than " + LONGEST_KEY + " characters");
        }
        return Optional.of("a text in it has more than " + LONGEST_TEXT + " characters");
    }
}
