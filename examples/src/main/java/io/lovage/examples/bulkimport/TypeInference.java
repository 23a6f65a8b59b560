package io.lovage.examples.bulkimport;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Finds the narrowest type that all values of a column fit. A column without a value is text. Not thread-safe. */
final class TypeInference {
    private final List<Set<ColumnType>> candidates = new ArrayList<>();
    private final boolean[] hasValue;

    TypeInference(int width) {
        for (int i = 0; i < width; i++) {
            candidates.add(EnumSet.allOf(ColumnType.class));
        }
        this.hasValue = new boolean[width];
    }

    /** Takes a row into account when it has the right width, and says whether it has. */
    boolean observe(List<String> fields) {
        if (fields.size() != candidates.size()) {
            return false;
        }
        for (int i = 0; i < fields.size(); i++) {
            observe(i, fields.get(i));
        }
        return true;
    }

    private void observe(int column, String field) {
        if (!field.isBlank()) {
            hasValue[column] = true;
            candidates.get(column).removeIf(type -> !type.fits(type.value(field)));
        }
    }

    List<ColumnType> types() {
        List<ColumnType> types = new ArrayList<>();
        for (int i = 0; i < hasValue.length; i++) {
            types.add(hasValue[i] ? candidates.get(i).iterator().next() : ColumnType.TEXT);
        }
        return types;
    }
}
