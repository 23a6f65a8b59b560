package io.lovage.benchmarks.report;

import io.lovage.benchmarks.work.Backlog.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Rates on a full queue beside those on an empty one, taken in turns.
 *
 * @param bytesPerQueuedTask what the server needs for one waiting task
 */
public record GrowthFigures(
        Environment environment, Load load, long bytesPerQueuedTask, List<Pair> publish, List<Pair> take) {
    /** The full queue's rate may be lower by a fifth. */
    public static final double GOAL = 0.80;

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    public GrowthFigures {
        publish = List.copyOf(publish);
        take = List.copyOf(take);
    }

    /** Two rates of one round, in tasks/s. */
    public record Pair(double empty, double full) {}

    /** The full queue's rate by the empty one's, round by round. */
    public static Spread ratio(List<Pair> rounds) {
        return Spread.of(
                rounds.stream().map(round -> round.full() / round.empty()).toList());
    }

    public boolean reached() {
        return ratio(publish).median() >= GOAL && ratio(take).median() >= GOAL;
    }

    public static GrowthFigures read(Path file) throws IOException {
        return JSON.readValue(Files.readString(file), GrowthFigures.class);
    }

    public void write(Path file) throws IOException {
        Files.writeString(file, JSON.writeValueAsString(this) + "\n");
    }
}
