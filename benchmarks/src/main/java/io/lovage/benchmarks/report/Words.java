package io.lovage.benchmarks.report;

import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.What;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Figures as people read them. */
public final class Words {
    /** In place of what is not known. */
    public static final String NOTHING = "–";

    private static final int KIB = 1024;
    private static final int FROM_HERE_WHOLE = 100;

    private Words() {}

    public static String title(What what) {
        return switch (what) {
            case PUBLISH -> "publish";
            case CONSUME -> "take + settle";
            case END_TO_END -> "end to end";
            case ROUND_TRIP -> "send, run, result back";
            case LATENCY -> "latency";
        };
    }

    public static String title(Contender contender) {
        return switch (contender) {
            case MEMORY -> "in memory";
            case RABBITMQ_CLASSIC -> "RabbitMQ, classic";
            case RABBITMQ_QUORUM -> "RabbitMQ, quorum";
            case REDIS -> "Redis";
            case KAFKA_BATCH -> "Kafka, batches";
            case KAFKA_LANE -> "Kafka, one by one";
        };
    }

    public static String bytes(int bytes) {
        return bytes % KIB == 0 ? bytes / KIB + " KiB" : bytes + " B";
    }

    /** A rate, or any whole number. */
    public static String whole(@Nullable Double number) {
        return number == null ? NOTHING : format("%,.0f", number);
    }

    /** Microseconds, milliseconds: a place behind the point where it says something. */
    public static String small(@Nullable Double number) {
        return number == null ? NOTHING : format(number < FROM_HERE_WHOLE ? "%.1f" : "%,.0f", number);
    }

    public static String latency(@Nullable Double millis) {
        return millis == null
                ? NOTHING
                : format(millis < 10 ? "%.2f" : millis < FROM_HERE_WHOLE ? "%.1f" : "%,.0f", millis);
    }

    public static String spread(Spread spread) {
        return format("%.2f (%.2f to %.2f)", spread.median(), spread.least(), spread.most());
    }

    public static String count(@Nullable Long count) {
        return count == null ? NOTHING : format("%,d", count);
    }

    public static String percent(double share) {
        return format("%+.1f %%", share * 100);
    }

    static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
