package io.lovage.benchmarks.report;

import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Level;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.plan.What;
import java.util.List;
import java.util.Locale;

/** Whether a task costs the same however much there is of something: one line of a chart. Immutable. */
public record GrowthRow(Contender broker, Level level, Axis axis, What what, Variant variant, List<GrowthStep> steps) {
    /** What there is more and more of. */
    public enum Axis {
        /** Tasks that wait in the queue. */
        BACKLOG("tasks that wait"),
        QUEUES("queues"),
        /** Handlers that run at once. */
        SLOTS("slots"),
        DELAYED("delayed tasks");

        private final String title;

        Axis(String title) {
            this.title = title;
        }

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** As people say it. */
        public String title() {
            return title;
        }
    }

    public GrowthRow {
        steps = List.copyOf(steps);
    }
}
