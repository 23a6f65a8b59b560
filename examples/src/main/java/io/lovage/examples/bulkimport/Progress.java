package io.lovage.examples.bulkimport;

/** How far an import is. */
public record Progress(int tasks, long rows, long rejected, long bytes, long ofBytes) {
    /** The share of the file that is merged, 0 to 1. */
    public double share() {
        return ofBytes == 0 ? 1 : Math.min(1, (double) bytes / ofBytes);
    }
}
