package io.lovage.console.demo;

import io.lovage.console.Stopwatch;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The story of the worker process that is killed: half way it is told to hold what it gets; as soon as it says that it
 * holds a chunk it is killed, and the time runs until another process says that it works on the chunk. What is told
 * does not go through the broker, so nothing can be lost on the way. Thread-safe.
 */
final class KillOne implements WorkerProcess.Listener {
    private final ProgressBar bar;
    private final Set<Integer> held = new HashSet<>();
    private final Set<Integer> back = new HashSet<>();
    private Optional<WorkerProcess> victim = Optional.empty();
    private Optional<Stopwatch> sinceKill = Optional.empty();
    private double slowest;

    KillOne(ProgressBar bar) {
        this.bar = bar;
    }

    /** What came of it; the time is empty when the worker held nothing that came back. */
    record Outcome(long pid, int held, int redelivered, OptionalDouble secondsToRedelivery) {}

    /** It will be this one. */
    synchronized KillOne of(WorkerProcess process) {
        victim = Optional.of(process);
        return this;
    }

    /** Returns when the victim has understood that it is to hold what it gets. */
    void halfWay() throws InterruptedException {
        chosen().hold();
    }

    @Override
    public synchronized void held(WorkerProcess process, int chunk) {
        held.add(chunk);
        if (sinceKill.isEmpty()) {
            sinceKill = Optional.of(Stopwatch.started());
            process.kill();
            bar.line("killed worker process " + process.pid() + " (kill -9), which held chunk " + chunk);
        }
    }

    @Override
    public synchronized void again(WorkerProcess process, int chunk) {
        if (sinceKill.isPresent() && back.add(chunk)) {
            slowest = Math.max(slowest, sinceKill.get().seconds());
        }
    }

    synchronized boolean isVictim(WorkerProcess process) {
        return victim.filter(process::equals).isPresent();
    }

    private synchronized WorkerProcess chosen() {
        return victim.orElseThrow(() -> new IllegalStateException("nobody was chosen"));
    }

    synchronized Outcome outcome() {
        return new Outcome(
                chosen().pid(),
                held.size(),
                back.size(),
                back.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(slowest));
    }
}
