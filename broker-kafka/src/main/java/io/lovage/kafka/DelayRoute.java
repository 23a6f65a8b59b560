package io.lovage.kafka;

import java.time.Duration;

/** Where a delayed message waits before it goes to its queue. Thread-safe. */
interface DelayRoute {
    /** Longer delays are refused; zero when none is possible. */
    Duration longest();

    /** How late a message may be while workers are idle. */
    Duration precision();

    /**
     * The first step of a delayed message.
     *
     * @param topic the topic of its queue
     * @param delay more than zero, {@link #longest} at most
     */
    DelayStep first(String topic, Duration delay);
}
