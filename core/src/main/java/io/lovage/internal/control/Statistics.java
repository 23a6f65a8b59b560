package io.lovage.internal.control;

import io.lovage.WorkerStats;
import io.lovage.internal.wire.ProcessName;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** The command stats, in the shape that Flower and others read; what only Lovage counts is under {@code lovage}. */
final class Statistics {
    private final ControlledWorker worker;
    private final ProcessName process;
    private final LogicalClock clock;
    private final TimeSource time;
    private final long begunAt;
    private final Map<String, LongSupplier> counts;

    /** {@code counts} are those of remote control itself. */
    Statistics(
            ControlledWorker worker,
            ProcessName process,
            LogicalClock clock,
            TimeSource time,
            Map<String, LongSupplier> counts) {
        this.worker = worker;
        this.process = process;
        this.clock = clock;
        this.time = time;
        this.begunAt = time.nanoTime();
        this.counts = counts;
    }

    Map<String, Command> commands() {
        return Map.of("stats", given -> all(), "clock", given -> Map.of("clock", clock.now()));
    }

    private Map<String, Object> all() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("total", worker.begun());
        all.put("pid", process.pid());
        all.put("clock", Long.toString(clock.now()));
        all.put("uptime", Duration.ofNanos(time.nanoTime() - begunAt).toSeconds());
        all.put("pool", pool());
        all.put("broker", Map.of("transport", worker.broker()));
        all.put("prefetch_count", worker.prefetch());
        all.put("rusage", "N/A");
        all.put("lovage", own());
        return all;
    }

    /** Threads of one process. */
    private Map<String, Object> pool() {
        Map<String, Object> pool = new LinkedHashMap<>();
        pool.put("implementation", "lovage");
        pool.put("max-concurrency", worker.concurrency());
        pool.put("processes", List.of(process.pid()));
        pool.put("max-tasks-per-child", "N/A");
        pool.put("put-guarded-by-semaphore", false);
        pool.put("timeouts", List.of(0, 0));
        return pool;
    }

    private Map<String, Object> own() {
        WorkerStats stats = worker.stats();
        Map<String, Object> own = new LinkedHashMap<>();
        own.put("taken", stats.taken());
        own.put("redelivered", stats.redelivered());
        own.put("succeeded", stats.succeeded());
        own.put("failed", stats.failed());
        own.put("retried", stats.retried());
        own.put("revoked", stats.revoked());
        own.put("dead_lettered", stats.deadLettered());
        own.put("lease_lost", stats.leaseLost());
        counts.forEach((name, count) -> own.put(name, count.getAsLong()));
        return own;
    }
}
