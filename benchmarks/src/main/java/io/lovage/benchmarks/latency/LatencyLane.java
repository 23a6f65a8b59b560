package io.lovage.benchmarks.latency;

import io.lovage.benchmarks.lane.Meter;
import io.lovage.benchmarks.lane.Used;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Level;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.work.Setup;
import io.lovage.benchmarks.work.Stopwatch;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import tools.jackson.databind.json.JsonMapper;

/**
 * The child JVM of a {@link LatencyProcess}: opens a line, looks once what the most is that goes through it, and then
 * runs a point for each line on its input.
 */
public final class LatencyLane {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Pace pace = new ClockPace(Stopwatch.clock());
    private final Handling handling = new Handling(pace);
    private final OptionalLong broker;
    private final Line line;

    private LatencyLane(Setup setup, Variant variant, OptionalLong broker) throws Exception {
        this.broker = broker;
        line = Lines.open(setup, variant, handling);
    }

    /** Arguments: contender, level, variant, payload, URL, queue, and the process of the server if it is known. */
    public static void main(String[] arguments) throws Exception {
        Setup setup = new Setup(
                Contender.of(arguments[0]),
                Level.of(arguments[1]),
                arguments[4],
                arguments[5],
                Integer.parseInt(arguments[3]));
        OptionalLong broker =
                arguments.length > 6 ? OptionalLong.of(Long.parseLong(arguments[6])) : OptionalLong.empty();
        LatencyLane lane = new LatencyLane(setup, Variant.of(arguments[2]), broker);
        try (lane.line) {
            lane.answer(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), System.out);
        }
    }

    private void answer(BufferedReader orders, PrintStream answers) throws Exception {
        String first = orders.readLine();
        if (first == null) {
            return;
        }
        String[] times = first.split(" ", -1);
        Flood flood = new Flood(pace, handling, line);
        answers.println(flood.run(Duration.ofMillis(Long.parseLong(times[0])), Integer.parseInt(times[1])));
        OpenLoop loop = new OpenLoop(pace, handling, line, flood.sent());
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            Point point = JSON.readValue(order, Point.class);
            Meter meter = Meter.start(broker);
            PointFigures figures = loop.run(point.schedule(), point.taskTime());
            Used used = meter.stop();
            line.check();
            answers.println(JSON.writeValueAsString(new Answer(figures, used)));
        }
    }
}
