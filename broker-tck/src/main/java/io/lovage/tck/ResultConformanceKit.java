package io.lovage.tck;

import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;

/**
 * The chapter about results alone, for a broker's second result backend: what does not depend on it is proved by
 * {@link BrokerConformanceKit}. The harness names the backend and a variant of its own.
 */
public abstract class ResultConformanceKit extends ConformanceKit {
    private static final int RESULTS = 11;

    @Override
    OptionalInt onlyChapter() {
        return OptionalInt.of(RESULTS);
    }

    @Nested
    @DisplayName("R11 Results")
    class R11Results extends ResultRules {}
}
