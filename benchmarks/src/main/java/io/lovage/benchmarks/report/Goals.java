package io.lovage.benchmarks.report;

import io.lovage.benchmarks.plan.Broker;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Plan;
import java.util.Optional;

/** What has been promised of a row, as medians, at the usual level and the smallest payload. */
final class Goals {
    private static final double PUBLISH = 0.85;
    private static final double CONSUME = 0.80;
    private static final double LATER = 1.3;
    private static final double LATER_MILLIS = 1;
    private static final double STRONG = 0.6;
    private static final double STRONG_ON_RABBITMQ = 0.8;
    private static final double IN_MEMORY = 200_000;
    private static final double RESULTS_ON_REDIS = 20_000;

    private Goals() {}

    /** What came of it: {@code 0.85, reached}. Empty where nothing was promised or not all was measured. */
    static Optional<String> verdict(Group group) {
        if (!isPromised(group)) {
            return Optional.empty();
        }
        return switch (group.of().what()) {
            case PUBLISH -> ratio(group, PUBLISH);
            case CONSUME -> ratio(group, CONSUME);
            case LATENCY -> latency(group);
            case END_TO_END -> rate(group, Contender.MEMORY, IN_MEMORY);
            case ROUND_TRIP -> rate(group, Contender.REDIS, RESULTS_ON_REDIS);
        };
    }

    private static boolean isPromised(Group group) {
        return group.of().payload() == Plan.LEAST_PAYLOAD
                && group.of().level() == group.of().contender().usual();
    }

    /** Whether the bare client is an opponent worth beating. */
    static Optional<String> strength(Group group) {
        if (!isPromised(group)) {
            return Optional.empty();
        }
        boolean rabbit = group.of().contender().broker() == Broker.RABBITMQ;
        double least = rabbit ? STRONG_ON_RABBITMQ : STRONG;
        return group.strength().map(spread -> atLeast(spread.median(), least, Words.format("%.1f", least)));
    }

    private static Optional<String> ratio(Group group, double least) {
        return group.ratio().map(spread -> atLeast(spread.median(), least, Words.format("%.2f", least)));
    }

    private static Optional<String> latency(Group group) {
        return group.ratio()
                .flatMap(ratio -> group.later()
                        .map(later -> Words.format("%.1f or %.0f ms", LATER, LATER_MILLIS)
                                + reached(ratio.median() <= LATER || later.median() <= LATER_MILLIS)));
    }

    private static Optional<String> rate(Group group, Contender contender, double least) {
        return group.of().contender() == contender
                ? group.lovage()
                        .map(row -> row.outcome().score())
                        .map(score -> atLeast(score, least, Words.whole(least)))
                : Optional.empty();
    }

    private static String atLeast(double is, double least, String text) {
        return text + reached(is >= least);
    }

    private static String reached(boolean reached) {
        return reached ? ", reached" : ", MISSED";
    }
}
