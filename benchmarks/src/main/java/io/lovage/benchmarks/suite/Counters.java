package io.lovage.benchmarks.suite;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What JMH shows beside the score. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class Counters {
    /** Tasks that were done. */
    public long settled;

    /** Deliveries to a worker that were not the first of their message. */
    public long redelivered;
}
