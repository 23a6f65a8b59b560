package io.lovage.examples.bulkimport;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Counts the values of one column of one chunk. Not thread-safe. */
final class ColumnTally {
    private final ColumnType type;
    private final Map<String, Long> counts = new HashMap<>();
    private long empty;

    ColumnTally(ColumnType type) {
        this.type = type;
    }

    /** Whether the field may stand in this column; an empty one always may. */
    boolean accepts(String field) {
        String value = type.value(field);
        return value.isEmpty() || counts.containsKey(value) || type.fits(value);
    }

    void add(String field) {
        String value = type.value(field);
        if (value.isEmpty()) {
            empty++;
        } else {
            counts.merge(Abbreviation.of(value), 1L, Long::sum);
        }
    }

    ColumnPart part() {
        Set<String> values = counts.keySet();
        if (values.isEmpty()) {
            return new ColumnPart(empty, "", "", type.isNumber() ? "0" : "", Map.of());
        }
        Comparator<String> order = type.order();
        return new ColumnPart(
                empty,
                Collections.min(values, order),
                Collections.max(values, order),
                type.isNumber() ? sum().toPlainString() : "",
                counts);
    }

    private BigDecimal sum() {
        BigDecimal sum = BigDecimal.ZERO;
        for (Map.Entry<String, Long> entry : counts.entrySet()) {
            sum = sum.add(new BigDecimal(entry.getKey()).multiply(BigDecimal.valueOf(entry.getValue())));
        }
        return sum;
    }
}
