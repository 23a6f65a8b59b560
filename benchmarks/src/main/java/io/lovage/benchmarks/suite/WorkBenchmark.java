package io.lovage.benchmarks.suite;

import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.plan.What;
import io.lovage.benchmarks.servers.PrivateServers;
import io.lovage.benchmarks.servers.Server;
import io.lovage.benchmarks.work.Tally;
import io.lovage.benchmarks.work.Tuning;
import io.lovage.benchmarks.work.Work;
import io.lovage.benchmarks.work.Works;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The works of {@code lovage bench} with all their parameters, one run for each iteration, a private server for each
 * trial. The score is the time for one task; a combination that cannot be measured fails and says why.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 8)
@Measurement(iterations = 15)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xms2g", "-Xmx2g"})
public abstract class WorkBenchmark {
    /** Instead of a number: what suits the contender. */
    private static final String USUAL = "usual";

    /** On which broker. */
    @Param
    public Contender contender;

    /** What is promised: {@code usual}, or {@code D0}, {@code D1}, {@code D2}. */
    @Param(USUAL)
    public String level;

    /** What is done. */
    @Param({"PUBLISH", "CONSUME", "END_TO_END", "ROUND_TRIP"})
    public What what;

    /** Who does it. */
    @Param({"LOVAGE", "BARE"})
    public Variant variant;

    /** How many tasks are sent at once. */
    @Param("1000")
    public int batch;

    /** How many handlers run at once where there is a worker. */
    @Param(USUAL)
    public String slots;

    /** How many deliveries may be in hand. */
    @Param(USUAL)
    public String prefetch;

    private PrivateServers servers;
    private Work work;

    /** How many bytes an argument has as JSON. */
    abstract int payload();

    /** How many tasks one run has. */
    abstract int tasks();

    @Setup
    public void open() throws Exception {
        io.lovage.benchmarks.plan.Level promised =
                level.equals(USUAL) ? contender.usual() : io.lovage.benchmarks.plan.Level.of(level);
        Case of = new Case(contender, promised, what, variant, payload());
        Tuning usual = Tuning.usual(contender);
        Tuning tuning = new Tuning(number(slots, usual.slots()), number(prefetch, usual.prefetch()));
        servers = new PrivateServers();
        Server server = servers.at(contender, promised);
        work = Works.open(
                of,
                new io.lovage.benchmarks.work.Setup(
                        contender, promised, server.url(), "benchmark.jmh." + UUID.randomUUID(), payload(), tuning),
                batch);
    }

    private static int number(String given, int usual) {
        return given.equals(USUAL) ? usual : Integer.parseInt(given);
    }

    @Setup(Level.Iteration)
    public void prepare() throws Exception {
        work.prepare(tasks());
    }

    void runOnce(Counters counters) throws Exception {
        long redelivered = work.redelivered();
        work.run();
        counters.settled += tasks();
        counters.redelivered += work.redelivered() - redelivered;
    }

    /** A run that lost or doubled a task is none. */
    @TearDown(Level.Iteration)
    public void verify() throws Exception {
        Tally tally = work.verify();
        if (tally.lost() != 0 || tally.duplicates() != 0) {
            throw new IllegalStateException("not every task was seen once: " + tally);
        }
    }

    @TearDown
    public void close() throws Exception {
        try {
            work.close();
        } finally {
            servers.close();
        }
    }
}
