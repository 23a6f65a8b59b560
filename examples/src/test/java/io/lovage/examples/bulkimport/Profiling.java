package io.lovage.examples.bulkimport;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Cuts, profiles and merges without a queue. */
final class Profiling {
    private Profiling() {}

    static TableProfile of(Path file, int chunkRows) throws IOException {
        Sketch sketch = Sketch.of(file);
        TableMerger merger = new TableMerger(sketch.table());
        for (Chunk chunk : chunks(sketch, chunkRows)) {
            merger.add(new ChunkProfiler(chunk).run(ChunkProfile.Run.FIRST));
        }
        return merger.profile();
    }

    /** Runs the chunks in a random order, every third one twice. */
    static TableProfile shuffled(Path file, int chunkRows, long seed) throws IOException {
        Sketch sketch = Sketch.of(file);
        TableMerger merger = new TableMerger(sketch.table());
        List<Chunk> chunks = new ArrayList<>(chunks(sketch, chunkRows));
        chunks.addAll(chunks.stream().filter(chunk -> chunk.number() % 3 == 0).toList());
        Collections.shuffle(chunks, new Random(seed));
        for (Chunk chunk : chunks) {
            merger.add(new ChunkProfiler(chunk).run(ChunkProfile.Run.FIRST));
        }
        return merger.profile();
    }

    static List<Chunk> chunks(Sketch sketch, int chunkRows) throws IOException {
        List<Chunk> chunks = new ArrayList<>();
        try (ChunkCutter cutter = new ChunkCutter(sketch, chunkRows)) {
            for (Optional<Chunk> chunk = cutter.next(); chunk.isPresent(); chunk = cutter.next()) {
                chunks.add(chunk.get());
            }
        }
        return chunks;
    }

    static ColumnProfile column(TableProfile profile, String name) {
        return profile.columns().stream()
                .filter(column -> column.column().name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
