package io.lovage.benchmarks.growth;

import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Level;
import io.lovage.benchmarks.plan.Plan;
import io.lovage.benchmarks.work.Setup;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import tools.jackson.databind.json.JsonMapper;

/** The child JVM: does a {@link Step} for each line on its input, and answers what that took. */
public final class GrowthLane {
    private static final JsonMapper JSON = JsonMapper.shared();

    private GrowthLane() {}

    /** Arguments: contender, level, URL, queue, and the process of the server if it is known. */
    public static void main(String[] arguments) throws Exception {
        Setup setup = new Setup(
                Contender.of(arguments[0]), Level.of(arguments[1]), arguments[2], arguments[3], Plan.LEAST_PAYLOAD);
        OptionalLong broker =
                arguments.length > 4 ? OptionalLong.of(Long.parseLong(arguments[4])) : OptionalLong.empty();
        try (Site site = new Site(setup, broker)) {
            BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                System.out.println(JSON.writeValueAsString(site.run(JSON.readValue(order, Step.class))));
            }
        }
    }
}
