package io.lovage.internal.worker;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A worker as it was asked for, validated. Immutable. */
record WorkerSpec(
        String name,
        List<QueueShare> queues,
        int concurrency,
        int prefetch,
        Duration grace,
        boolean renewLeases,
        Map<String, Registered<?, ?>> handlers) {
    WorkerSpec {
        queues = List.copyOf(queues);
        handlers = Map.copyOf(handlers);
    }
}
