package io.lovage.examples.bulkimport;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.BinaryOperator;

/** Adds up what chunks know of one column. Not thread-safe. */
final class ColumnMerger {
    private static final int SHOWN_MOST_FREQUENT = 5;

    private final Column column;
    private final Comparator<String> order;
    private final ValueCounts values;
    private String min = "";
    private String max = "";
    private BigDecimal sum = BigDecimal.ZERO;
    private long empty;

    ColumnMerger(Column column, int distinctLimit) {
        this.column = column;
        this.order = column.type().order();
        this.values = new ValueCounts(distinctLimit);
    }

    void add(ColumnPart part) {
        empty += part.empty();
        min = better(min, part.min(), BinaryOperator.minBy(order));
        max = better(max, part.max(), BinaryOperator.maxBy(order));
        if (column.type().isNumber()) {
            sum = sum.add(new BigDecimal(part.sum()));
        }
        part.counts().forEach(values::add);
    }

    private static String better(String left, String right, BinaryOperator<String> choice) {
        if (left.isEmpty() || right.isEmpty()) {
            return left.isEmpty() ? right : left;
        }
        return choice.apply(left, right);
    }

    ColumnProfile profile() {
        return new ColumnProfile(
                column,
                empty,
                values.distinct(),
                values.isExact(),
                Optional.of(min).filter(value -> !value.isEmpty()),
                Optional.of(max).filter(value -> !value.isEmpty()),
                column.type().isNumber() ? Optional.of(sum) : Optional.empty(),
                values.top(SHOWN_MOST_FREQUENT));
    }
}
