package io.lovage.benchmarks.work;

import io.lovage.Lovage;
import io.lovage.benchmarks.bare.BareEncoder;
import io.lovage.benchmarks.bare.Handling;
import io.lovage.benchmarks.bare.Writing;
import io.lovage.benchmarks.plan.Level;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.workload.Numbered;
import io.lovage.benchmarks.workload.Workload;
import io.lovage.internal.wire.ProcessName;
import java.time.Duration;
import java.util.Map;

/** How both sides connect, write and read. */
public final class Connections {
    /** How long results are kept that nobody wants any more. */
    private static final Duration KEPT = Duration.ofMinutes(1);

    private Connections() {}

    /** As an application connects that wants no results. */
    static Lovage lovage(String url, String queue) {
        return Lovage.builder()
                .broker(url)
                .results("disabled://")
                .defaultQueue(queue)
                .build();
    }

    /** As an application connects that takes the results its broker offers. */
    static Lovage withResults(String url, String queue) {
        return Lovage.builder()
                .broker(url)
                .defaultQueue(queue)
                .resultExpiry(KEPT)
                .build();
    }

    /** Writes what Lovage writes: an origin of the same form, and no reply address, since nobody wants the result. */
    static BareEncoder bareEncoder() {
        return new BareEncoder(Workload.IMPORT.name(), ProcessName.current().origin());
    }

    /** The same at a level: whether messages are to survive a restart. */
    public static BareEncoder bareEncoder(Level level) {
        return level == Level.D0 ? bareEncoder().transientMessages() : bareEncoder();
    }

    /** Whom Kafka's confirms come from at a level: the leader alone or all replicas. */
    public static String acks(Level level) {
        return level == Level.D0 ? "1" : "all";
    }

    /** For brokers whose messages are bytes. */
    static Writing writing(Variant variant, Setup setup) {
        return variant == Variant.CEILING
                ? Writing.ofNumbers(bareEncoder(), setup.queue(), new Numbered(setup.payload()).chunk(0))
                : Writing.ofCalls(bareEncoder());
    }

    /** For brokers whose messages are bytes: both read the message and tell the ledger of its task. */
    static Handling counting(Variant variant, Ledger ledger) {
        return variant == Variant.CEILING
                ? Handling.ofNumbers(ledger::saw)
                : Handling.ofCalls(Map.of(Workload.IMPORT.name(), ledger::saw));
    }
}
