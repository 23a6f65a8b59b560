package io.lovage.benchmarks.latency;

import io.lovage.benchmarks.lane.ChildJvm;
import io.lovage.benchmarks.lane.LaneProcess;
import io.lovage.benchmarks.plan.Case;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import tools.jackson.databind.json.JsonMapper;

/** A line in a JVM of its own, with its sender, its worker and its clock. Used by one thread. */
final class LatencyProcess implements Probe {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final ChildJvm child;

    private LatencyProcess(ChildJvm child) {
        this.child = child;
    }

    /**
     * Starts it.
     *
     * @param url of the server, without options
     * @param queue a name that nobody else uses
     * @param broker the process of the server, where it is one of this machine
     */
    static LatencyProcess start(Case about, String url, String queue, OptionalLong broker) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                about.contender().label(),
                about.level().label(),
                about.variant().label(),
                Integer.toString(about.payload()),
                url,
                queue));
        broker.ifPresent(pid -> arguments.add(Long.toString(pid)));
        return new LatencyProcess(ChildJvm.start(about.label(), LatencyLane.class, LaneProcess.JVM_OPTIONS, arguments));
    }

    @Override
    public double maximum(int sliceMillis, int mostSlices) throws IOException {
        return Double.parseDouble(child.ask(sliceMillis + " " + mostSlices));
    }

    @Override
    public Answer measure(Point point) throws IOException {
        return JSON.readValue(child.ask(JSON.writeValueAsString(point)), Answer.class);
    }

    @Override
    public void close() throws IOException {
        child.close();
    }
}
