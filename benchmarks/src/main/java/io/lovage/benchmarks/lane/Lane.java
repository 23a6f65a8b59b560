package io.lovage.benchmarks.lane;

import io.lovage.benchmarks.work.Tally;
import io.lovage.benchmarks.work.Work;
import io.lovage.benchmarks.work.Works;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;

/**
 * The child JVM of a {@link LaneProcess}: opens the work of a case, and for each number of tasks on its input does the
 * work once and answers with a {@link Sample}.
 */
public final class Lane {
    private static final JsonMapper JSON = JsonMapper.shared();

    private Lane() {}

    public static void main(String[] arguments) throws Exception {
        Order order = JSON.readValue(arguments[0], Order.class);
        try (Work work = Works.open(order.of(), order.url(), order.queue())) {
            answer(order, work, new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
        }
    }

    private static void answer(Order order, Work work, BufferedReader orders) throws Exception {
        PrintStream answers = System.out;
        for (int tasks = next(orders); tasks > 0; tasks = next(orders)) {
            work.prepare(tasks);
            Meter meter = Meter.start(order.brokerPid());
            work.run();
            Used used = meter.stop();
            Tally tally = work.verify();
            answers.println(JSON.writeValueAsString(new Sample(tasks, used, tally.lost(), tally.duplicates())));
        }
    }

    private static int next(BufferedReader orders) throws IOException {
        String line = orders.readLine();
        return line == null ? 0 : Integer.parseInt(line);
    }
}
