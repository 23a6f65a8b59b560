package io.lovage.benchmarks.engine;

import io.lovage.benchmarks.lane.LaneProcess;
import io.lovage.benchmarks.lane.Sample;
import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Plan;
import io.lovage.benchmarks.plan.What;
import io.lovage.benchmarks.report.BenchRow;
import io.lovage.benchmarks.servers.Server;
import io.lovage.benchmarks.work.Footprint;
import io.lovage.benchmarks.work.Setup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/**
 * Measures rates. Each variant has a JVM of its own, and they take turns on the same server: what disturbs the machine
 * for longer than a run disturbs all of them. Who begins changes from round to round, so that being second is no
 * advantage.
 */
public final class Throughput implements Discipline {
    private static final double QUICK_SECONDS = 0.5;
    private static final double FULL_SECONDS = 1.5;

    private final StealGuard guard;

    /**
     * Ready to measure.
     *
     * @param samples how many there will be in the whole run: a fifth of them may be repeated
     */
    public Throughput(int samples) {
        this.guard = new StealGuard(samples);
    }

    @Override
    public boolean measures(What what) {
        return what != What.LATENCY;
    }

    @Override
    public List<BenchRow> measure(Plan plan, List<Case> group, Server server, Progress progress) throws Exception {
        double seconds = plan.scale() == Plan.Scale.QUICK ? QUICK_SECONDS : FULL_SECONDS;
        List<Entrant> entrants = new ArrayList<>();
        List<Setup> used = new ArrayList<>();
        try {
            for (Case each : group) {
                Setup setup = new Setup(each.contender(), each.level(), server.url(), queue(each), each.payload());
                if (!server.isOurs()) {
                    Footprint.refuseExisting(setup);
                    used.add(setup);
                }
                LaneProcess lane = LaneProcess.start(each, server.url(), setup.queue(), server.pid());
                entrants.add(new Entrant(each, lane, seconds));
            }
            warmUp(plan, entrants, progress);
            for (int round = 0; round < plan.rounds(); round++) {
                for (Entrant entrant : turns(entrants, round)) {
                    takeSample(entrant, round, progress);
                }
            }
        } finally {
            close(entrants);
            used.forEach(Footprint::remove);
        }
        return entrants.stream().map(entrant -> entrant.row(server)).toList();
    }

    /** Until the rate of none of them rises any more, but at most as often as the plan allows. */
    private static void warmUp(Plan plan, List<Entrant> entrants, Progress progress) throws IOException {
        boolean warm = false;
        for (int run = 0; run < plan.warmups() && !warm; run++) {
            for (Entrant entrant : turns(entrants, run)) {
                progress.doing(entrant.of().label() + " warms up");
                entrant.warmUp();
            }
            warm = entrants.stream().allMatch(Entrant::isWarm);
        }
    }

    private void takeSample(Entrant entrant, int round, Progress progress) throws IOException {
        Sample sample = entrant.measure();
        while (guard.wantsAgain(sample)) {
            entrant.repeated(round, sample);
            sample = entrant.measure();
        }
        entrant.took(round, sample);
        progress.sampled(entrant.of(), round, sample.tasksPerSecond());
    }

    private static List<Entrant> turns(List<Entrant> entrants, int round) {
        List<Entrant> turns = new ArrayList<>(entrants);
        Collections.rotate(turns, round);
        return turns;
    }

    /** Nobody else uses a queue of this name; whoever cleans up after a crash finds them by their beginning. */
    private static String queue(Case each) {
        return "benchmark." + each.what().label().replace('_', '-') + "."
                + each.variant().label() + "." + UUID.randomUUID();
    }

    private static void close(List<Entrant> entrants) throws IOException {
        for (Entrant entrant : entrants) {
            entrant.close();
        }
    }
}
