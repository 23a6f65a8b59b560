package io.lovage.examples.bulkimport;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * What the values of a column are, from the narrowest to the widest. Numbers have at most 40 digits before the point.
 */
public enum ColumnType {
    /** A whole number without leading zeros, so that postcodes and the like stay text. */
    INTEGER("-?(?:0|[1-9][0-9]{0,39})") {
        @Override
        public Comparator<String> order() {
            return Comparator.comparing(BigDecimal::new);
        }
    },
    /** A number with a decimal point or an exponent, or a whole one. */
    DECIMAL("-?(?:(?:0|[1-9][0-9]{0,39})(?:\\.[0-9]{0,39})?|\\.[0-9]{1,39})(?:[eE][+-]?[0-9]{1,2})?") {
        @Override
        public Comparator<String> order() {
            return Comparator.comparing(BigDecimal::new);
        }
    },
    /** A day of the calendar, {@code yyyy-MM-dd}. */
    DATE("[0-9]{4}-[0-9]{2}-[0-9]{2}") {
        @Override
        public boolean fits(String value) {
            if (!super.fits(value)) {
                return false;
            }
            try {
                LocalDate.parse(value);
                return true;
            } catch (DateTimeParseException e) {
                return false;
            }
        }
    },
    /** Anything. */
    TEXT("(?s).*") {
        @Override
        public boolean fits(String value) {
            return true;
        }
    };

    private static final Comparator<String> BY_CODE_POINT = (left, right) ->
            Arrays.compareUnsigned(left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));

    private final Pattern form;

    ColumnType(String form) {
        this.form = Pattern.compile(form);
    }

    /** Whether {@code value}, which is not empty, is of this type. */
    public boolean fits(String value) {
        return form.matcher(value).matches();
    }

    /** How values of this type are ordered; text by code points. */
    public Comparator<String> order() {
        return BY_CODE_POINT;
    }

    public boolean isNumber() {
        return this == INTEGER || this == DECIMAL;
    }

    /** What of a field counts: of numbers and dates not the blanks around them. A field of blanks is empty. */
    public String value(String field) {
        String stripped = field.strip();
        return this == TEXT && !stripped.isEmpty() ? field : stripped;
    }
}
