package io.lovage.examples.bulkimport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A table like those that authorities publish: CRLF, no line end after the last row, ascending days, money, a column
 * that is partly empty, and stray codes in a column of words, first seen far beyond the rows that types are inferred
 * from.
 */
final class StrikesFile {
    static final List<String> HEADER = List.of("Airport", "Damage", "Day", "Cost Other", "Cost Repair", "Speed");
    private static final List<String> DAMAGES = List.of("None", "Minor", "Medium", "Substantial");

    private StrikesFile() {}

    static Path write(Path file, int rows, long seed) throws IOException {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder(String.join(",", HEADER));
        for (int row = 0; row < rows; row++) {
            String damage = row > rows / 2 && random.nextInt(500) == 0 ? "C" : DAMAGES.get(random.nextInt(4));
            text.append("\r\nAIRPORT ").append(random.nextInt(50));
            text.append(',').append(damage);
            text.append(',').append(LocalDate.of(1990, 1, 8).plusDays(row / 3));
            text.append(',').append(random.nextInt(10) == 0 ? random.nextInt(100_000) : 0);
            text.append(',').append(random.nextInt(5) == 0 ? random.nextInt(7_000_000) : 0);
            text.append(',').append(random.nextInt(4) == 0 ? "" : random.nextInt(351));
        }
        return Files.writeString(file, text);
    }

    /** The totals a second way: a plain loop over the lines. */
    static final class PlainTotals {
        final Map<String, Long> sums = new HashMap<>();
        final Map<String, Long> empty = new HashMap<>();
        final Map<String, Set<String>> values = new HashMap<>();
        long rows;

        PlainTotals(Path file) throws IOException {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            String[] names = lines.get(0).split(",", -1);
            for (String line : lines.subList(1, lines.size())) {
                rows++;
                String[] fields = line.split(",", -1);
                for (int i = 0; i < names.length; i++) {
                    count(names[i], fields[i]);
                }
            }
        }

        private void count(String name, String field) {
            if (field.isEmpty()) {
                empty.merge(name, 1L, Long::sum);
                return;
            }
            values.computeIfAbsent(name, key -> new HashSet<>()).add(field);
            if (field.chars().allMatch(c -> c >= '0' && c <= '9')) {
                sums.merge(name, Long.parseLong(field), Long::sum);
            }
        }
    }
}
