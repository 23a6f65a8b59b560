package io.lovage.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** How long tasks waited for workers. */
public record StartFigures(Environment environment, List<Row> rows) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    public StartFigures {
        rows = List.copyOf(rows);
    }

    /**
     * One line.
     *
     * @param bareMillis empty where there is no bare client to compare with
     * @param best what cannot be beaten; 0 where nothing is to be said
     */
    public record Row(String what, List<Double> lovageMillis, List<Double> bareMillis, double best) {
        public Row {
            lovageMillis = List.copyOf(lovageMillis);
            bareMillis = List.copyOf(bareMillis);
        }
    }

    public static StartFigures read(Path file) throws IOException {
        return JSON.readValue(Files.readString(file), StartFigures.class);
    }

    public void write(Path file) throws IOException {
        Files.writeString(file, JSON.writeValueAsString(this) + "\n");
    }
}
