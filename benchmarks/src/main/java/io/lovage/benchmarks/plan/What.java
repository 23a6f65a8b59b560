package io.lovage.benchmarks.plan;

/** What is measured. */
public enum What {
    /** One sender, until the last task is confirmed. */
    PUBLISH("tasks/s"),
    /** One consumer, from waiting tasks until the last one is settled. */
    CONSUME("tasks/s"),
    /** A sender and a worker at the same time, until the last task is settled. */
    END_TO_END("tasks/s"),
    /** The same, and the sender has the result of each task. */
    ROUND_TRIP("tasks/s"),
    /** From the moment a task should have been sent until it has been run, at fixed rates. */
    LATENCY("ms");

    private final String unit;

    What(String unit) {
        this.unit = unit;
    }

    /** What a score counts. */
    public String unit() {
        return unit;
    }

    /** Its name in a report. */
    public String label() {
        return Labels.lower(this);
    }

    /**
     * The one with that label.
     *
     * @throws IllegalArgumentException when there is none, naming those there are
     */
    public static What of(String label) {
        return Labels.find("measurement", values(), What::label, label);
    }
}
