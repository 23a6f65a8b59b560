package io.lovage.examples.bulkimport;

import io.lovage.examples.csv.CsvReader;
import io.lovage.examples.csv.CsvRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the beginning of a CSV file tells: its header, and the types of its columns as the first
 * {@value #INFERRED_FROM_ROWS} rows have them.
 *
 * @param data where the first data row begins
 * @param renamed header names that were empty or there twice, and so were changed
 */
public record Sketch(Table table, long data, List<String> renamed) {
    /**
     * A column gets the narrowest type that every value in so many first rows fits. A later value that does not fit
     * rejects its row.
     */
    public static final int INFERRED_FROM_ROWS = 1_000;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    public Sketch {
        renamed = List.copyOf(renamed);
    }

    /**
     * Reads the beginning of {@code path}.
     *
     * @throws UnusableFileException when there is no such file, it cannot be read, or it has no usable header
     */
    public static Sketch of(Path path) {
        Path file = path.toAbsolutePath().normalize();
        if (!Files.exists(file)) {
            throw new UnusableFileException("no such file: " + file);
        }
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new UnusableFileException("not a readable file: " + file);
        }
        try {
            return read(file);
        } catch (IOException e) {
            throw new UnusableFileException("cannot read " + file + ": " + e, e);
        }
    }

    private static Sketch read(Path file) throws IOException {
        long bytes = Files.size(file);
        long modified = Files.getLastModifiedTime(file).toMillis();
        try (CsvReader reader = new CsvReader(file, lengthOfByteOrderMark(file), bytes)) {
            if (!reader.next()) {
                throw new UnusableFileException(file + " is empty; its first row must name the columns");
            }
            List<String> header = header(file, reader.row());
            List<String> names = unique(header);
            long data = reader.end();
            List<ColumnType> types = infer(reader, names.size());
            List<Column> columns = new ArrayList<>();
            List<String> renamed = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                columns.add(new Column(names.get(i), types.get(i)));
                if (!names.get(i).equals(header.get(i))) {
                    renamed.add("'" + header.get(i) + "' is now '" + names.get(i) + "'");
                }
            }
            return new Sketch(new Table(file.toString(), bytes, modified, columns), data, renamed);
        }
    }

    private static long lengthOfByteOrderMark(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(BYTE_ORDER_MARK.length), BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
        }
    }

    private static List<String> header(Path file, CsvRow row) {
        return row.fold(fields -> fields, (fault, detail) -> {
            throw new UnusableFileException("the first row of " + file + " must name the columns, in UTF-8: " + detail);
        });
    }

    private static List<String> unique(List<String> header) {
        Set<String> taken = new HashSet<>(header);
        Set<String> seen = new HashSet<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < header.size(); i++) {
            String name = header.get(i).isBlank() ? "column " + (i + 1) : header.get(i);
            String candidate = name;
            for (int n = 2; seen.contains(candidate) || (n > 2 && taken.contains(candidate)); n++) {
                candidate = name + " (" + n + ")";
            }
            seen.add(candidate);
            names.add(candidate);
        }
        return names;
    }

    private static List<ColumnType> infer(CsvReader reader, int width) throws IOException {
        TypeInference inference = new TypeInference(width);
        for (int rows = 0; rows < INFERRED_FROM_ROWS && reader.next(); rows++) {
            reader.row().fold(inference::observe, (fault, detail) -> false);
        }
        return inference.types();
    }
}
