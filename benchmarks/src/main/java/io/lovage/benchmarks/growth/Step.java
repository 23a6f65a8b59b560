package io.lovage.benchmarks.growth;

/**
 * What a {@link GrowthLane} is to do.
 *
 * @param tasks how many
 * @param queues over how many queues they are spread
 * @param slots how many run at once, where there is a worker
 */
record Step(Kind kind, int tasks, int queues, int slots) {
    /** Sorts of work. */
    enum Kind {
        /** Sends tasks. */
        PUBLISH,
        /** Sends tasks that are due in some hours. */
        DELAY,
        /** Runs waiting tasks. */
        CONSUME,
        /** Sends tasks to a worker that runs already. */
        END_TO_END
    }
}
