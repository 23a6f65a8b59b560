package io.lovage.examples.csv;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** One row as read: its fields, or why it has none. */
public sealed interface CsvRow {
    <T> T fold(Function<List<String>, T> fields, BiFunction<RowFault, String, T> faulty);

    /** The unquoted values. */
    record Fields(List<String> values) implements CsvRow {
        public Fields {
            values = List.copyOf(values);
        }

        @Override
        public <T> T fold(Function<List<String>, T> fields, BiFunction<RowFault, String, T> faulty) {
            return fields.apply(values);
        }
    }

    /** A row that cannot be taken. */
    record Faulty(RowFault fault, String detail) implements CsvRow {
        @Override
        public <T> T fold(Function<List<String>, T> fields, BiFunction<RowFault, String, T> faulty) {
            return faulty.apply(fault, detail);
        }
    }
}
