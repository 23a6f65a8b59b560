package io.lovage.benchmarks.lane;

import io.lovage.benchmarks.plan.Case;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import tools.jackson.databind.json.JsonMapper;

/** The work of one case in a JVM of its own, idle until it is asked. Used by one thread. */
public final class LaneProcess implements AutoCloseable {
    /** The same for every variant. */
    public static final List<String> JVM_OPTIONS = List.of("-Xms1g", "-Xmx1g");

    private static final JsonMapper JSON = JsonMapper.shared();

    private final ChildJvm child;

    private LaneProcess(ChildJvm child) {
        this.child = child;
    }

    /**
     * Starts it.
     *
     * @param broker the process of the server, where it is one of this machine
     */
    public static LaneProcess start(Case of, String url, String queue, OptionalLong broker) throws IOException {
        Order order = new Order(of, url, queue, broker.orElse(Used.UNKNOWN));
        return new LaneProcess(
                ChildJvm.start(of.label(), Lane.class, JVM_OPTIONS, List.of(JSON.writeValueAsString(order))));
    }

    /** Does the work once, for so many tasks. */
    public Sample measure(int tasks) throws IOException {
        return JSON.readValue(child.ask(Integer.toString(tasks)), Sample.class);
    }

    /** Lets it end in order, and with it its queue. */
    @Override
    public void close() throws IOException {
        child.close();
    }
}
