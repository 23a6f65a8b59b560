package io.lovage.console.demo;

import io.lovage.console.Stopwatch;
import io.lovage.examples.bulkimport.ImportObserver;
import io.lovage.examples.bulkimport.Progress;
import java.util.List;
import java.util.Optional;

/** Watches over a run: shows its progress, kills a worker where that is wanted, and sees that somebody still works. */
final class DemoObserver implements ImportObserver {
    private static final double PATIENCE_SECONDS = 120;

    private final ProgressBar bar;
    private final List<WorkerProcess> processes;
    private final Optional<KillOne> killOne;
    private Stopwatch sinceNews = Stopwatch.started();

    DemoObserver(ProgressBar bar, List<WorkerProcess> processes, Optional<KillOne> killOne) {
        this.bar = bar;
        this.processes = List.copyOf(processes);
        this.killOne = killOne;
    }

    @Override
    public void progressed(Progress progress) {
        sinceNews = Stopwatch.started();
        bar.show(progress);
    }

    @Override
    public void halfWay() {
        try {
            if (killOne.isPresent()) {
                killOne.get().halfWay();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoFailedException("interrupted half way");
        }
    }

    @Override
    public void waiting() {
        for (WorkerProcess process : processes) {
            if (!process.isAlive()
                    && killOne.filter(kill -> kill.isVictim(process)).isEmpty()) {
                throw new DemoFailedException("worker process " + process.pid() + " has ended");
            }
        }
        if (sinceNews.seconds() > PATIENCE_SECONDS) {
            throw new DemoFailedException("no result for " + (int) PATIENCE_SECONDS + " s");
        }
    }
}
