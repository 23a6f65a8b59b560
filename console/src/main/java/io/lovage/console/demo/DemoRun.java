package io.lovage.console.demo;

import io.lovage.Lovage;
import io.lovage.console.Stopwatch;
import io.lovage.examples.bulkimport.BulkImport;
import io.lovage.examples.bulkimport.ImportResult;
import io.lovage.examples.bulkimport.ImportTasks;
import io.lovage.examples.bulkimport.Sketch;
import io.lovage.examples.bulkimport.UnicodeTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** One run of the demo, with everything it starts and removes. */
final class DemoRun {
    private static final String MEMORY = "memory://";
    private static final int SLOTS_OF_A_PROCESS = 2;
    private static final int CHUNKS_AHEAD_OF_A_SLOT = 8;
    private static final int SMALLEST_WINDOW = 32;

    private final DemoSettings settings;
    private final ProgressBar bar;
    private final Cleanup cleanup;

    DemoRun(DemoSettings settings, ProgressBar bar, Cleanup cleanup) {
        this.settings = settings;
        this.bar = bar;
        this.cleanup = cleanup;
    }

    /** Runs it; what it leaves to be undone is in the cleanup. */
    DemoOutcome run() throws IOException, InterruptedException {
        Sketch sketch = Sketch.of(settings.file().isPresent() ? settings.file().get() : characterTable());
        sketch.renamed().forEach(renamed -> bar.line("column " + renamed));
        String queue =
                "lovage-demo-" + Integer.toHexString(ThreadLocalRandom.current().nextInt() | 0x1000_0000);
        Lovage lovage = cleanup.add(open());
        cleanup.add(() -> leaveNothing(lovage, queue));
        KillOne kill = new KillOne(bar);
        List<WorkerProcess> processes = startWorkers(lovage, queue, kill);
        bar.line("importing " + sketch.table().file() + " over " + place(processes));
        Optional<KillOne> killed = settings.killOne() ? Optional.of(kill.among(processes)) : Optional.empty();
        Stopwatch watch = Stopwatch.started();
        ImportResult result = new BulkImport(
                        lovage,
                        new BulkImport.Settings(queue, settings.chunkRows(), window(), settings.killOne()),
                        sketch,
                        new DemoObserver(bar, processes, killed))
                .run();
        return new DemoOutcome(result, watch.seconds(), killed.map(KillOne::outcome));
    }

    /** An interrupted run may still be sending, and would make its queue again: that connection ends first. */
    private void leaveNothing(Lovage lovage, String queue) {
        lovage.close();
        try (Lovage last = open()) {
            last.deleteQueue(queue);
        }
    }

    private Path characterTable() throws IOException {
        Path file = Files.createTempFile("lovage-characters-", ".csv");
        cleanup.add(() -> Files.deleteIfExists(file));
        bar.line("writing the character table of Java " + Runtime.version().feature() + " to " + file);
        UnicodeTable.write(file);
        return file;
    }

    private Lovage open() {
        Lovage.Builder builder =
                Lovage.builder().broker(settings.broker().orElse(MEMORY)).name("lovage-demo");
        settings.results().ifPresent(builder::results);
        return builder.build();
    }

    private List<WorkerProcess> startWorkers(Lovage lovage, String queue, KillOne listener)
            throws IOException, InterruptedException {
        if (settings.broker().isEmpty()) {
            cleanup.add(lovage.worker()
                    .queues(queue)
                    .concurrency(settings.workers())
                    .tasks(new ImportTasks())
                    .start());
            return List.of();
        }
        List<WorkerProcess> processes = new ArrayList<>();
        for (int i = 1; i <= settings.workers(); i++) {
            WorkerProcess.Spec spec = new WorkerProcess.Spec(
                    "demo-" + i, queue, SLOTS_OF_A_PROCESS, settings.broker().get(), settings.results());
            processes.add(cleanup.add(WorkerProcess.start(spec, listener)));
        }
        for (WorkerProcess process : processes) {
            process.awaitReady();
        }
        return processes;
    }

    private String place(List<WorkerProcess> processes) {
        if (processes.isEmpty()) {
            return "the in-memory broker, " + settings.workers() + " worker threads";
        }
        return "the broker, worker processes "
                + String.join(
                        ", ",
                        processes.stream().map(p -> Long.toString(p.pid())).toList());
    }

    private int window() {
        int slots = settings.workers() * (settings.broker().isPresent() ? SLOTS_OF_A_PROCESS : 1);
        return Math.max(SMALLEST_WINDOW, slots * CHUNKS_AHEAD_OF_A_SLOT);
    }
}
