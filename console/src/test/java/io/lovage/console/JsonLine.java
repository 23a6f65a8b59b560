package io.lovage.console;

import static org.assertj.core.api.Assertions.assertThat;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what a command printed when it must be one line of JSON and nothing else. */
public final class JsonLine {
    private JsonLine() {}

    public static JsonNode only(String out) {
        assertThat(out.lines()).as("lines on stdout").hasSize(1);
        return new JsonMapper().readTree(out);
    }
}
