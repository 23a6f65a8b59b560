package io.lovage.examples.bulkimport;

import io.lovage.examples.csv.CsvWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A real table that is on every machine: the assigned characters of the running JDK's Unicode version that are neither
 * for private use nor surrogates.
 */
public final class UnicodeTable {
    static final List<String> HEADER = List.of("code point", "name", "category", "script", "block", "numeric value");

    private static final Map<Integer, String> CATEGORIES = Map.ofEntries(
            Map.entry((int) Character.UPPERCASE_LETTER, "Lu"),
            Map.entry((int) Character.LOWERCASE_LETTER, "Ll"),
            Map.entry((int) Character.TITLECASE_LETTER, "Lt"),
            Map.entry((int) Character.MODIFIER_LETTER, "Lm"),
            Map.entry((int) Character.OTHER_LETTER, "Lo"),
            Map.entry((int) Character.NON_SPACING_MARK, "Mn"),
            Map.entry((int) Character.ENCLOSING_MARK, "Me"),
            Map.entry((int) Character.COMBINING_SPACING_MARK, "Mc"),
            Map.entry((int) Character.DECIMAL_DIGIT_NUMBER, "Nd"),
            Map.entry((int) Character.LETTER_NUMBER, "Nl"),
            Map.entry((int) Character.OTHER_NUMBER, "No"),
            Map.entry((int) Character.SPACE_SEPARATOR, "Zs"),
            Map.entry((int) Character.LINE_SEPARATOR, "Zl"),
            Map.entry((int) Character.PARAGRAPH_SEPARATOR, "Zp"),
            Map.entry((int) Character.CONTROL, "Cc"),
            Map.entry((int) Character.FORMAT, "Cf"),
            Map.entry((int) Character.DASH_PUNCTUATION, "Pd"),
            Map.entry((int) Character.START_PUNCTUATION, "Ps"),
            Map.entry((int) Character.END_PUNCTUATION, "Pe"),
            Map.entry((int) Character.CONNECTOR_PUNCTUATION, "Pc"),
            Map.entry((int) Character.OTHER_PUNCTUATION, "Po"),
            Map.entry((int) Character.INITIAL_QUOTE_PUNCTUATION, "Pi"),
            Map.entry((int) Character.FINAL_QUOTE_PUNCTUATION, "Pf"),
            Map.entry((int) Character.MATH_SYMBOL, "Sm"),
            Map.entry((int) Character.CURRENCY_SYMBOL, "Sc"),
            Map.entry((int) Character.MODIFIER_SYMBOL, "Sk"),
            Map.entry((int) Character.OTHER_SYMBOL, "So"));

    private UnicodeTable() {}

    /** Writes the table to {@code file}. */
    public static void write(Path file) throws IOException {
        try (Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            CsvWriter csv = new CsvWriter(out);
            csv.write(HEADER);
            for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
                if (CATEGORIES.containsKey(Character.getType(codePoint))) {
                    csv.write(row(codePoint));
                }
            }
        }
    }

    private static List<String> row(int codePoint) {
        return List.of(
                Integer.toString(codePoint),
                Objects.toString(Character.getName(codePoint), ""),
                Objects.requireNonNull(CATEGORIES.get(Character.getType(codePoint))),
                Character.UnicodeScript.of(codePoint).name(),
                Objects.toString(Character.UnicodeBlock.of(codePoint), ""),
                numericValue(codePoint));
    }

    /** Empty when there is none, or none that is a whole number. */
    // The method counts letters as digits of base 36: letters are left out here, as they have no value in Unicode.
    @SuppressWarnings("CharacterGetNumericValue")
    private static String numericValue(int codePoint) {
        int type = Character.getType(codePoint);
        boolean letter = type == Character.UPPERCASE_LETTER || type == Character.LOWERCASE_LETTER;
        int value = letter ? -1 : Character.getNumericValue(codePoint);
        return value < 0 ? "" : Integer.toString(value);
    }
}
