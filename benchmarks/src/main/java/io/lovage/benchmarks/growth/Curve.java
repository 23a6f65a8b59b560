package io.lovage.benchmarks.growth;

import io.lovage.benchmarks.growth.Step.Kind;
import java.util.List;

/** What one kind of work cost at each size of one axis. */
record Curve(Load.Axis axis, Kind kind, List<Cost> costs) {
    Curve {
        costs = List.copyOf(costs);
    }
}
