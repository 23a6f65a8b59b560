package io.lovage.benchmarks.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Under what terms a row was measured; rows of unlike terms are not compared. Immutable.
 *
 * @param guarantee what holds for each task, a sentence
 * @param parameters batch, window, prefetch, slots, rate ... in the order in which they are shown
 */
public record Terms(String guarantee, Map<String, String> parameters) {
    public Terms {
        if (guarantee.isBlank()) {
            throw new IllegalArgumentException("guarantee must say what holds, was empty");
        }
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }
}
