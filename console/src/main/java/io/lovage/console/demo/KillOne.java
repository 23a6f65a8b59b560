package io.lovage.console.demo;

import io.lovage.console.demo.DemoWorkerTasks.Taken;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The story of the worker process that is killed: half way it is told to hold what it gets; as soon as it reports that
 * it holds a chunk it is killed, and the time runs until its chunks are reported by somebody else. For one thread.
 */
final class KillOne {
    private final WorkerProcess victim;
    private final Set<Integer> held = new HashSet<>();
    private final Set<Integer> back = new HashSet<>();
    private Optional<Stopwatch> sinceKill = Optional.empty();
    private double slowest;

    KillOne(WorkerProcess victim) {
        this.victim = victim;
    }

    /** What came of it; the time is empty when the worker held nothing that came back. */
    record Outcome(long pid, int held, int redelivered, OptionalDouble secondsToRedelivery) {}

    void halfWay() throws InterruptedException {
        victim.hold();
    }

    /** Takes note of a report. True when the worker was killed because of it. */
    boolean reported(Taken taken) {
        if (taken.pid() == victim.pid()) {
            held.add(taken.chunk());
            return killOnce();
        }
        sinceKill.ifPresent(watch -> {
            if (back.add(taken.chunk())) {
                slowest = Math.max(slowest, watch.seconds());
            }
        });
        return false;
    }

    private boolean killOnce() {
        if (sinceKill.isPresent()) {
            return false;
        }
        sinceKill = Optional.of(Stopwatch.started());
        victim.kill();
        return true;
    }

    boolean isVictim(WorkerProcess process) {
        return process.pid() == victim.pid();
    }

    Outcome outcome() {
        return new Outcome(
                victim.pid(),
                held.size(),
                back.size(),
                back.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(slowest));
    }
}
