package io.lovage.benchmarks.engine;

import io.lovage.benchmarks.bare.BareConsumer;
import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Level;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.plan.What;
import io.lovage.benchmarks.report.Terms;
import io.lovage.benchmarks.work.Setup;
import io.lovage.benchmarks.work.Size;
import io.lovage.benchmarks.workload.Workload;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a row says of itself: its guarantee, and how it was set up. */
public final class Statements {
    private Statements() {}

    static Terms of(Case of, Size size) {
        return new Terms(guarantee(of), parameters(of, size));
    }

    /** What holds for each task of a case, as a sentence. */
    public static String guarantee(Case of) {
        return switch (of.what()) {
            case PUBLISH -> published(of) + ".";
            case CONSUME -> settled(of) + ".";
            case END_TO_END, LATENCY -> published(of) + "; " + settled(of) + ".";
            case ROUND_TRIP -> published(of) + "; " + settled(of) + "; its result was stored before that.";
        };
    }

    private static String published(Case of) {
        return switch (of.contender()) {
            case MEMORY -> "held in the memory of this JVM and gone with it";
            case RABBITMQ_CLASSIC -> persistent(of) + ", mandatory, confirmed by a classic queue";
            case RABBITMQ_QUORUM -> "persistent, mandatory, confirmed by a quorum queue of one node once it is on disk";
            case REDIS -> "held by a queue that was declared, or refused; " + redis(of.level());
            case KAFKA_BATCH, KAFKA_LANE -> kafka(of);
        };
    }

    private static String persistent(Case of) {
        if (of.level() != Level.D0) {
            return "persistent";
        }
        return of.variant() == Variant.LOVAGE
                ? "persistent, which is more than the level asks for: Lovage sends nothing transient"
                : "transient";
    }

    private static String redis(Level level) {
        return switch (level) {
            case D0 -> "Redis writes nothing to disk";
            case D1 -> "Redis writes its log to disk once a second";
            case D2 -> "Redis syncs its log to disk before it answers";
        };
    }

    private static String kafka(Case of) {
        if (of.level() == Level.D0) {
            return of.variant() == Variant.LOVAGE
                    ? "idempotent, confirmed by all replicas (acks=all), which is more than the level asks for: Lovage"
                            + " refuses less; one broker, one partition"
                    : "confirmed by the leader (acks=1); one broker, one partition";
        }
        return "idempotent, confirmed by all replicas (acks=all)"
                + (of.level() == Level.D2 ? ", each write synced to disk first (flush.messages=1)" : "")
                + "; one broker, one partition";
    }

    private static String settled(Case of) {
        return switch (of.contender()) {
            case MEMORY -> "taken with a lease, settled after the handler";
            case RABBITMQ_CLASSIC, RABBITMQ_QUORUM -> "acknowledged after the handler";
            case REDIS -> "taken with a lease in one step, acknowledged after the handler";
            case KAFKA_BATCH -> "locked at the broker, accepted after the handler";
            case KAFKA_LANE -> "locked and renewed one by one, accepted after the handler";
        };
    }

    private static Map<String, String> parameters(Case of, Size size) {
        Map<String, String> parameters = new LinkedHashMap<>();
        Setup setup = new Setup(of.contender(), of.level(), "", "", of.payload());
        parameters.put("tasks", Integer.toString(size.tasks()));
        if (of.what() != What.CONSUME) {
            parameters.put("batch", Integer.toString(size.batch()));
        }
        boolean rabbit = of.contender() == Contender.RABBITMQ_CLASSIC || of.contender() == Contender.RABBITMQ_QUORUM;
        if (rabbit && of.what() != What.CONSUME) {
            parameters.put("window", Integer.toString(Workload.WINDOW));
        }
        if (of.what() != What.PUBLISH) {
            parameters.put("prefetch", Integer.toString(setup.prefetch()));
            parameters.put("slots", slots(of, setup));
        }
        if (rabbit && of.variant() != Variant.LOVAGE && of.what() != What.PUBLISH) {
            parameters.put("ack every", Integer.toString(BareConsumer.ACK_EVERY));
        }
        return parameters;
    }

    private static String slots(Case of, Setup setup) {
        if (of.contender() == Contender.KAFKA_LANE) {
            return Integer.toString(setup.slots());
        }
        return of.what() == What.CONSUME || of.variant() != Variant.LOVAGE
                ? "1, the thread that takes"
                : Integer.toString(setup.slots());
    }
}
