package io.lovage.benchmarks.engine;

import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Plan;
import io.lovage.benchmarks.plan.What;
import io.lovage.benchmarks.report.BenchReport;
import io.lovage.benchmarks.report.BenchRow;
import io.lovage.benchmarks.report.Costs;
import io.lovage.benchmarks.report.Environment;
import io.lovage.benchmarks.report.GrowthRow;
import io.lovage.benchmarks.report.Latencies;
import io.lovage.benchmarks.report.Outcome;
import io.lovage.benchmarks.servers.Server;
import io.lovage.benchmarks.servers.Servers;
import io.lovage.benchmarks.work.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs a plan on the servers it is given and makes the report. Used once. */
public final class Bench {
    private final Plan plan;
    private final Servers servers;
    private final List<Discipline> disciplines;
    private final Growths growths;
    private final Progress progress;
    private final Seen seen = new Seen();

    /**
     * Ready to run.
     *
     * @param disciplines one for each kind of measurement in the plan
     */
    public Bench(Plan plan, Servers servers, List<Discipline> disciplines, Progress progress) {
        this(plan, servers, disciplines, Growths.NONE, progress);
    }

    /**
     * Ready to run.
     *
     * @param disciplines one for each kind of measurement in the plan
     * @param growths asked about each contender of the plan, at its usual level, when all rows are measured
     */
    public Bench(Plan plan, Servers servers, List<Discipline> disciplines, Growths growths, Progress progress) {
        this.plan = plan;
        this.growths = growths;
        this.servers = servers;
        this.disciplines = List.copyOf(disciplines);
        this.progress = progress;
    }

    /**
     * Measures all of the plan. A group that fails has rows without a score, and the reason: the others are worth
     * keeping. The servers are left to who gave them.
     *
     * @throws InterruptedException when this thread was interrupted
     */
    public BenchReport run() throws Exception {
        double loadBefore = Environment.load();
        List<BenchRow> rows = new ArrayList<>();
        progress.begins(plan.cases().size());
        for (List<Case> group : plan.groups()) {
            List<BenchRow> measured = measure(group);
            rows.addAll(measured);
            measured.forEach(progress::done);
        }
        List<GrowthRow> growth = growths == Growths.NONE ? List.of() : grow();
        return new BenchReport(seen.environment(plan, loadBefore), rows, growth);
    }

    private List<BenchRow> measure(List<Case> group) throws InterruptedException {
        Case first = group.get(0);
        try {
            progress.doing("server for " + first.contender().label() + " "
                    + first.level().label());
            Server server = servers.at(first.contender(), first.level());
            seen.server(first, server);
            return discipline(first.what()).measure(plan, group, server, progress);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            progress.doing(first.label() + " failed: " + e.getMessage());
            return group.stream().map(each -> failed(each, e)).toList();
        }
    }

    private List<GrowthRow> grow() throws InterruptedException {
        List<Contender> contenders =
                plan.cases().stream().map(Case::contender).distinct().toList();
        List<GrowthRow> rows = new ArrayList<>();
        for (Contender contender : contenders) {
            try {
                Server server = servers.at(contender, contender.usual());
                rows.addAll(growths.measure(contender, contender.usual(), server, progress));
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                progress.doing("growth of " + contender.label() + " failed: " + e.getMessage());
            }
        }
        return rows;
    }

    private Discipline discipline(What what) {
        return disciplines.stream()
                .filter(each -> each.measures(what))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nobody measures " + what.label()));
    }

    private static BenchRow failed(Case of, Exception why) {
        Outcome nothing = new Outcome(null, Latencies.NONE, Costs.UNKNOWN, null, null, Map.of())
                .unknown("score", "failed: " + why.getMessage());
        return new BenchRow(of, Statements.of(of, Size.of(of)), nothing, List.of(), List.of());
    }
}
