package io.lovage.internal.worker;

import io.lovage.HandlerOptions;
import io.lovage.Task;
import io.lovage.TaskHandler;
import java.util.concurrent.atomic.LongAdder;

/**
 * A task with its handler.
 *
 * @param begun counts how often the handler was begun
 */
record Registered<A, R>(Task<A, R> task, HandlerOptions options, TaskHandler<A, R> handler, LongAdder begun) {
    Registered(Task<A, R> task, HandlerOptions options, TaskHandler<A, R> handler) {
        this(task, options, handler, new LongAdder());
    }

    /** For another worker, which counts for itself. */
    Registered<A, R> fresh() {
        return new Registered<>(task, options, handler);
    }
}
