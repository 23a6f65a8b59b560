package io.lovage.benchmarks.report;

import org.jspecify.annotations.Nullable;

/** What a figure may be: a number that JSON can hold, and not less than nothing. */
final class Amounts {
    private Amounts() {}

    static void check(String key, @Nullable Double amount) {
        if (amount != null && !(amount >= 0 && amount < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(key + " must be a number from 0 on, was " + amount);
        }
    }

    static void check(String key, @Nullable Long count) {
        if (count != null && count < 0) {
            throw new IllegalArgumentException(key + " must not be negative, was " + count);
        }
    }
}
