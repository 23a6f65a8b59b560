package io.lovage.benchmarks.work;

/** Who does the work. */
public enum Variant {
    LOVAGE,
    BARE
}
