package io.lovage.internal.control;

import io.lovage.WorkerStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a worker says of itself with each heartbeat. */
final class Vitals {
    private static final Path LOAD = Path.of("/proc/loadavg");
    /** Also where Celery does not know it. */
    private static final List<Double> UNKNOWN_LOAD = List.of(0.0, 0.0, 0.0);

    private static final int AVERAGES = 3;

    private final ControlledWorker worker;
    private final String version;

    Vitals(ControlledWorker worker) {
        this.worker = worker;
        String packaged = Vitals.class.getPackage().getImplementationVersion();
        this.version = packaged == null ? "unpackaged" : packaged;
    }

    Map<String, @Nullable Object> read() {
        WorkerStats stats = worker.stats();
        Map<String, @Nullable Object> vitals = new LinkedHashMap<>();
        vitals.put("freq", WorkerNode.HEARTBEAT.toMillis() / 1_000.0);
        vitals.put("active", worker.active().size());
        vitals.put("processed", stats.succeeded() + stats.failed() + stats.retried());
        vitals.put("loadavg", load());
        vitals.put("sw_ident", "lovage");
        vitals.put("sw_ver", version);
        vitals.put("sw_sys", System.getProperty("os.name", ""));
        return vitals;
    }

    /** Linux says it in a file that is none: reading it never waits. */
    private static List<Double> load() {
        try {
            String[] fields = Files.readString(LOAD).split(" ", AVERAGES + 1);
            return List.of(Double.valueOf(fields[0]), Double.valueOf(fields[1]), Double.valueOf(fields[2]));
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException unknown) {
            return UNKNOWN_LOAD;
        }
    }
}
