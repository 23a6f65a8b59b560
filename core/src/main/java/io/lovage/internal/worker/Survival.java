package io.lovage.internal.worker;

/** For threads that must go on whatever happens, also when there is no memory left to say what has happened. */
final class Survival {
    private Survival() {}

    /** Writes to the log, or does without: what is being told of is more than a line that could not be written. */
    static void tell(Runnable words) {
        try {
            words.run();
        } catch (OutOfMemoryError e) {
            // The heap is full. Whoever filled it is told by the failure of his task.
            Thread.onSpinWait();
        }
    }
}
