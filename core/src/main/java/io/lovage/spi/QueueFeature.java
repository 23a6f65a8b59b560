package io.lovage.spi;

/** Something that not every queue can do, and that an application may require of one. */
public enum QueueFeature {
    /** Keeps its messages over a restart of the broker. */
    DURABLE,
    /** Takes higher priorities first (rule R6.1). */
    PRIORITY,
    /** Keeps a message back until it is due (rule R5.1). */
    DELAY,
    /** Counts deliveries exactly, at least while the broker lives (rule R7.1). */
    EXACT_DELIVERY_COUNT
}
