package io.lovage.examples.csv;

import java.io.IOException;
import java.util.List;

/** Writes rows so that {@link CsvReader} reads them back as they were. Not thread-safe. */
public final class CsvWriter {
    private final Appendable target;

    public CsvWriter(Appendable target) {
        this.target = target;
    }

    public void write(List<String> fields) throws IOException {
        String separator = "";
        for (String field : fields) {
            target.append(separator).append(quoted(field));
            separator = ",";
        }
        target.append('\n');
    }

    private static String quoted(String field) {
        boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
