package io.lovage.benchmarks.growth;

import io.lovage.benchmarks.bare.redis.BareList;
import io.lovage.benchmarks.engine.Growths;
import io.lovage.benchmarks.engine.Progress;
import io.lovage.benchmarks.growth.Growing.Amount;
import io.lovage.benchmarks.growth.Growing.Memory;
import io.lovage.benchmarks.growth.Step.Kind;
import io.lovage.benchmarks.lane.ChildJvm;
import io.lovage.benchmarks.lane.Used;
import io.lovage.benchmarks.plan.Broker;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Level;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.plan.What;
import io.lovage.benchmarks.report.GrowthRow;
import io.lovage.benchmarks.report.GrowthStep;
import io.lovage.benchmarks.servers.Server;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Measures how the cost of a task grows with what there is beside it. Used by one thread. */
public final class Growth implements Growths {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int ROUNDS = 3;
    private static final List<String> JVM_OPTIONS = List.of("-Xms1g", "-Xmx2g");
    /** A million tasks lie in it. */
    private static final List<String> JVM_OPTIONS_IN_MEMORY = List.of("-Xms2g", "-Xmx6g");

    @Override
    public List<GrowthRow> measure(Contender contender, Level level, Server server, Progress progress)
            throws IOException {
        List<GrowthRow> rows = new ArrayList<>();
        for (Load load : Load.of(contender)) {
            for (Curve curve : measure(contender, level, server, load, progress)) {
                rows.add(row(contender, level, curve));
            }
        }
        return rows;
    }

    private static List<Curve> measure(Contender contender, Level level, Server server, Load load, Progress progress)
            throws IOException {
        String about = contender.label() + " " + level.label();
        List<String> arguments = new ArrayList<>(
                List.of(contender.label(), level.label(), server.url(), "lovage.bench.growth." + UUID.randomUUID()));
        server.pid().ifPresent(pid -> arguments.add(Long.toString(pid)));
        List<String> options = contender == Contender.MEMORY ? JVM_OPTIONS_IN_MEMORY : JVM_OPTIONS;
        try (ChildJvm child = ChildJvm.start(about, GrowthLane.class, options, arguments)) {
            return new Growing(
                            about,
                            step -> JSON.readValue(child.ask(JSON.writeValueAsString(step)), Used.class),
                            memory(contender, server),
                            amount(contender),
                            progress::doing)
                    .measure(load);
        }
    }

    /** So much that a run takes a second or two. */
    private static Amount amount(Contender contender) {
        return switch (contender) {
            case MEMORY -> new Amount(200_000, ROUNDS);
            case KAFKA_LANE -> new Amount(4_000, ROUNDS);
            case RABBITMQ_CLASSIC, RABBITMQ_QUORUM -> new Amount(20_000, ROUNDS);
            case REDIS, KAFKA_BATCH -> new Amount(50_000, ROUNDS);
        };
    }

    /**
     * Redis says what it uses. Of RabbitMQ's processes it is what they occupy. Kafka keeps tasks in its log, not in its
     * memory, and what lies in the memory of this JVM is seen in another table.
     */
    private static Memory memory(Contender contender, Server server) {
        if (contender.broker() == Broker.REDIS) {
            return () -> {
                try (BareList look = BareList.open(server.url(), "lovage.bench.look")) {
                    return look.usedMemory();
                }
            };
        }
        return contender.broker() == Broker.RABBITMQ ? new Resident(server.pid())::bytes : () -> Used.UNKNOWN;
    }

    private static GrowthRow row(Contender contender, Level level, Curve curve) {
        return new GrowthRow(
                contender,
                level,
                axis(curve.axis()),
                what(curve.kind()),
                Variant.LOVAGE,
                curve.costs().stream().map(Growth::step).toList());
    }

    private static GrowthRow.Axis axis(Load.Axis axis) {
        return switch (axis) {
            case BACKLOG -> GrowthRow.Axis.BACKLOG;
            case DELAYED -> GrowthRow.Axis.DELAYED;
            case QUEUES -> GrowthRow.Axis.QUEUES;
            case SLOTS -> GrowthRow.Axis.SLOTS;
        };
    }

    private static What what(Kind kind) {
        return switch (kind) {
            case PUBLISH, DELAY -> What.PUBLISH;
            case CONSUME -> What.CONSUME;
            case END_TO_END -> What.END_TO_END;
        };
    }

    private static GrowthStep step(Cost cost) {
        return new GrowthStep(
                cost.size(),
                cost.tasksPerSecond(),
                known(cost.cpuMicrosClient()),
                known(cost.cpuMicrosBroker()),
                known(cost.stealPercent()),
                known(cost.serverBytesPerTask()));
    }

    private static @Nullable Double known(double figure) {
        return figure < 0 ? null : figure;
    }
}
