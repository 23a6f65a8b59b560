package io.lovage.internal.worker;

import io.lovage.internal.control.NodeName;
import java.time.Duration;
import java.util.HashMap;
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
        Presence presence,
        Map<String, Registered<?, ?>> handlers) {
    WorkerSpec {
        queues = List.copyOf(queues);
        Map<String, Registered<?, ?>> own = new HashMap<>();
        handlers.forEach((task, registered) -> own.put(task, registered.fresh()));
        handlers = Map.copyOf(own);
    }

    /**
     * How it shows itself to others.
     *
     * @param remoteControl whether it is a node of the system at all
     * @param taskEvents whether it tells of its tasks from the start
     */
    record Presence(NodeName node, boolean remoteControl, boolean taskEvents) {}
}
