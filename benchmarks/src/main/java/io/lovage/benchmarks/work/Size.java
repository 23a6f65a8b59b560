package io.lovage.benchmarks.work;

import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.What;
import io.lovage.benchmarks.workload.Workload;

/**
 * How much work a case is.
 *
 * @param tasks of one run at most: enough for a second or two on two cores
 * @param batch how many of them are sent at once
 */
public record Size(int tasks, int batch) {
    private static final int MOST_BYTES = 64 << 20;
    private static final int MOST_BATCH_BYTES = 4 << 20;

    public static Size of(Case each) {
        int batch = Math.max(1, Math.min(Workload.BATCH, MOST_BATCH_BYTES / each.payload()));
        int tasks = Math.min(usual(each), Math.max(2 * batch, MOST_BYTES / each.payload()));
        return new Size(tasks, batch).rounded(tasks);
    }

    private static int usual(Case each) {
        Contender contender = each.contender();
        boolean taken = each.what() != What.PUBLISH;
        return switch (contender) {
            case MEMORY -> Workload.IN_MEMORY;
            case RABBITMQ_CLASSIC -> each.what() == What.CONSUME ? Workload.DRAINED : Workload.PUBLISHED;
            case RABBITMQ_QUORUM -> Workload.PUBLISHED;
            case REDIS, KAFKA_BATCH -> taken ? Workload.DRAINED : Workload.PUSHED;
            case KAFKA_LANE -> taken ? Workload.ONE_BY_ONE : Workload.PUSHED;
        };
    }

    /** About so many tasks: whole batches, at least two and no more than these. */
    public Size rounded(long wanted) {
        long batches = Math.max(2, Math.min(tasks, wanted) / batch);
        return new Size(Math.toIntExact(batches * batch), batch);
    }
}
