package io.lovage.benchmarks.work;

import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Level;
import io.lovage.benchmarks.workload.Workload;

/**
 * Where and with what a piece of work is done.
 *
 * @param url of the server, without options
 * @param queue a name that nobody else uses
 * @param payload how many bytes a task's argument has as JSON
 */
public record Setup(Contender contender, Level level, String url, String queue, int payload, Tuning tuning) {
    /** With what suits short tasks. */
    public Setup(Contender contender, Level level, String url, String queue, int payload) {
        this(contender, level, url, queue, payload, Tuning.usual(contender));
    }

    /** The URL with the options that Lovage needs for this contender, as an application would write it. */
    public String lovageUrl() {
        return switch (contender) {
            case MEMORY, REDIS -> url;
            case RABBITMQ_CLASSIC -> with("queue_type=classic&publish_window=" + Workload.WINDOW);
            case RABBITMQ_QUORUM -> with("queue_type=quorum&publish_window=" + Workload.WINDOW);
            case KAFKA_BATCH -> with("profile=batch");
            case KAFKA_LANE -> with("profile=lane");
        };
    }

    private String with(String options) {
        return url + (url.contains("?") ? "&" : "?") + options;
    }

    /** How many handlers run at once where there is a worker. */
    public int slots() {
        return tuning.slots();
    }

    /** How many deliveries may be in hand. */
    public int prefetch() {
        return tuning.prefetch();
    }
}
