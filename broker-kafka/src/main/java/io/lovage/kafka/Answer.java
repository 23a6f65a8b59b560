package io.lovage.kafka;

/** What became of the acknowledgements of one partition; they share one fate. */
enum Answer {
    DONE,
    /** At least one of the records was not held any more, so nothing was changed. */
    LOST,
    UNKNOWN
}
