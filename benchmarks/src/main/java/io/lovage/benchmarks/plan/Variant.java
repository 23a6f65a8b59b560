package io.lovage.benchmarks.plan;

/** Who does the work. */
public enum Variant {
    LOVAGE,
    /** The broker's own client in straight code, with the same bytes and the same guarantee. */
    BARE,
    /** The broker's own client with bytes that nobody builds or reads: what the server can do at best. */
    CEILING;

    /** Its name in a report. */
    public String label() {
        return Labels.lower(this);
    }

    /**
     * The variant with that label.
     *
     * @throws IllegalArgumentException when there is none, naming those there are
     */
    public static Variant of(String label) {
        return Labels.find("variant", values(), Variant::label, label);
    }
}
