package io.lovage.console.demo;

import io.lovage.console.Stopwatch;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The story of the worker process that is killed: half way all are told to hold what they get. The first that says that
 * it holds a chunk is killed, the others go on, and the time runs until another process says that it works on the
 * chunk. All are told, because a broker may give everything that comes next to any one of them. What is told does not
 * go through the broker, so nothing can be lost on the way. Thread-safe.
 */
final class KillOne implements WorkerProcess.Listener {
    private final ProgressBar bar;
    private final Map<WorkerProcess, Set<Integer>> held = new LinkedHashMap<>();
    private final Set<Integer> back = new HashSet<>();
    private List<WorkerProcess> all = List.of();
    private boolean allHold;
    private Optional<WorkerProcess> victim = Optional.empty();
    private Optional<Stopwatch> sinceKill = Optional.empty();
    private double slowest;

    KillOne(ProgressBar bar) {
        this.bar = bar;
    }

    /** What came of it; the process is empty when none held anything, the time when nothing came back. */
    record Outcome(OptionalLong pid, int held, int redelivered, OptionalDouble secondsToRedelivery) {}

    /** It will be one of these. */
    synchronized KillOne among(List<WorkerProcess> processes) {
        all = List.copyOf(processes);
        return this;
    }

    /** Returns when all have understood that they are to hold what they get. */
    void halfWay() throws InterruptedException {
        for (WorkerProcess process : processes()) {
            process.hold();
        }
        synchronized (this) {
            allHold = true;
            killWhoHolds();
        }
    }

    private synchronized List<WorkerProcess> processes() {
        return all;
    }

    @Override
    public synchronized void held(WorkerProcess process, int chunk) {
        held.computeIfAbsent(process, first -> new HashSet<>()).add(chunk);
        killWhoHolds();
    }

    /** Not before all have been told: who is told later than it is told to go on would hold for ever. */
    private synchronized void killWhoHolds() {
        Optional<Map.Entry<WorkerProcess, Set<Integer>>> first =
                held.entrySet().stream().findFirst();
        if (!allHold || victim.isPresent() || first.isEmpty()) {
            return;
        }
        WorkerProcess process = first.get().getKey();
        victim = Optional.of(process);
        sinceKill = Optional.of(Stopwatch.started());
        process.kill();
        bar.line("killed worker process " + process.pid() + " (kill -9), which held chunk "
                + first.get().getValue().iterator().next());
        all.stream().filter(other -> !isVictim(other)).forEach(WorkerProcess::goOn);
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

    synchronized Outcome outcome() {
        return new Outcome(
                victim.map(process -> OptionalLong.of(process.pid())).orElse(OptionalLong.empty()),
                victim.map(process -> held.getOrDefault(process, Set.of()).size())
                        .orElse(0),
                back.size(),
                back.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(slowest));
    }
}
