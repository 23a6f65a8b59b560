package io.lovage.examples.bulkimport;

/** Hears how an import goes, on the thread that runs it. What it throws ends the import. */
public interface ImportObserver {
    /** A chunk was merged. */
    void progressed(Progress progress);

    /** Nothing has arrived for a while; called again and again, several times per second. */
    void waiting();

    /**
     * The first half of the file is merged and nothing is under way; returning goes on with the second half. Called
     * once, and only if {@link BulkImport.Settings#pauseHalfWay} is set.
     */
    void halfWay();
}
