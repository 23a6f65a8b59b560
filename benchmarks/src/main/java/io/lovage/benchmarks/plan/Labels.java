package io.lovage.benchmarks.plan;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;

/** Finds a constant by the name it has in a report. */
final class Labels {
    private Labels() {}

    /** A constant's name as reports write it where they use an underscore. */
    static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /**
     * The constant with that label.
     *
     * @param kind what the constants are, for the error
     * @throws IllegalArgumentException when there is none, naming those there are
     */
    static <E> E find(String kind, E[] constants, Function<E, String> label, String wanted) {
        return Arrays.stream(constants)
                .filter(constant -> label.apply(constant).equals(wanted))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no " + kind + " is named " + wanted + "; there are "
                        + String.join(", ", Arrays.stream(constants).map(label).toList())));
    }
}
