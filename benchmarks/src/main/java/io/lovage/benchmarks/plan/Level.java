package io.lovage.benchmarks.plan;

/** What a broker promises of a task it has taken, with one name for every broker. */
public enum Level {
    D0("in memory: may be lost when the server crashes"),
    D1("acknowledged by the broker"),
    D2("on disk before it is acknowledged");

    private final String promise;

    Level(String promise) {
        this.promise = promise;
    }

    /** What it says, in words. */
    public String promise() {
        return promise;
    }

    /** Its name in a report. */
    public String label() {
        return name();
    }

    /**
     * The level with that label.
     *
     * @throws IllegalArgumentException when there is none, naming those there are
     */
    public static Level of(String label) {
        return Labels.find("level", values(), Level::label, label);
    }
}
