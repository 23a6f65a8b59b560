package io.lovage.examples.bulkimport;

import java.util.List;

/** The result of one chunk task; merging it twice counts it once, by the chunk's number. */
public record ChunkProfile(int chunk, long rows, List<Rejection> rejections, List<ColumnPart> columns, Run run) {
    public ChunkProfile {
        rejections = List.copyOf(rejections);
        columns = List.copyOf(columns);
    }

    /** How the task came to run, as its context told. */
    public record Run(int attempt, int deliveryCount) {
        public static final Run FIRST = new Run(1, 1);
    }
}
