package io.lovage.examples.bulkimport;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a column, rejected rows left out.
 *
 * @param empty how many fields are empty
 * @param distinct how many different values there are, empty ones not counted
 * @param distinctExact whether {@code distinct} is exact; otherwise it is an estimate and {@code top} is empty
 * @param min present when there is a value
 * @param max present when there is a value
 * @param sum exact; present when the column holds numbers
 * @param top the most frequent values
 */
public record ColumnProfile(
        Column column,
        long empty,
        long distinct,
        boolean distinctExact,
        Optional<String> min,
        Optional<String> max,
        Optional<BigDecimal> sum,
        List<ValueCount> top) {
    public ColumnProfile {
        top = List.copyOf(top);
    }
}
