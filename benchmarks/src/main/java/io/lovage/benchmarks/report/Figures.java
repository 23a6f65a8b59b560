package io.lovage.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** All figures of one run, as they are kept. */
public record Figures(Environment environment, List<Measured> rows) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    public Figures {
        rows = List.copyOf(rows);
    }

    public static Figures read(Path file) throws IOException {
        return JSON.readValue(Files.readString(file), Figures.class);
    }

    public void write(Path file) throws IOException {
        Files.writeString(file, JSON.writeValueAsString(this) + "\n");
    }
}
