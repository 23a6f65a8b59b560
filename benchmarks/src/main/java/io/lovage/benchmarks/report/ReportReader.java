package io.lovage.benchmarks.report;

import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Level;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.plan.What;

/** Makes figures of their names in JSON; {@link ReportWriter} has the same ones. */
final class ReportReader {
    private ReportReader() {}

    static BenchReport report(Fields json) {
        json.oneOf("format", new String[] {ReportJson.FORMAT}, format -> format);
        return new BenchReport(
                json.object("environment", ReportReader::environment),
                json.list("rows", ReportReader::row),
                json.list("growth", ReportReader::growth));
    }

    private static BenchEnvironment environment(Fields json) {
        Environment machine = new Environment(
                json.text("started"),
                json.text("processor"),
                json.whole("cores"),
                json.text("system"),
                json.text("jvm"),
                json.text("jvm_options"),
                json.texts("versions"),
                json.number("load_before"),
                json.number("load_after"));
        return new BenchEnvironment(machine, json.text("plan"), json.text("revision"), json.textsByName("servers"));
    }

    private static BenchRow row(Fields json) {
        Case of = new Case(broker(json), level(json), what(json), variant(json), json.whole("payload"));
        return new BenchRow(
                of,
                new Terms(json.text("guarantee"), json.texts("parameters")),
                outcome(json),
                json.list("samples", ReportReader::sample),
                json.list("points", ReportReader::point));
    }

    private static Outcome outcome(Fields json) {
        Costs costs = new Costs(
                json.numberOrNull("cpu_us_client"),
                json.numberOrNull("cpu_us_broker"),
                json.numberOrNull("steal_percent"),
                json.numberOrNull("alloc_bytes"),
                json.numberOrNull("server_bytes_per_task"),
                json.numberOrNull("wire_bytes_per_task"));
        return new Outcome(
                json.numberOrNull("score"),
                latencies(json),
                costs,
                json.wholeOrNull("lost"),
                json.wholeOrNull("duplicates"),
                json.texts("unknown"));
    }

    private static Latencies latencies(Fields json) {
        return new Latencies(
                json.numberOrNull("p50_ms"),
                json.numberOrNull("p90_ms"),
                json.numberOrNull("p99_ms"),
                json.numberOrNull("p999_ms"),
                json.numberOrNull("max_ms"));
    }

    private static BenchSample sample(Fields json) {
        return new BenchSample(
                json.whole("round"),
                json.number("score"),
                json.numberOrNull("p99_ms"),
                json.numberOrNull("cpu_us_client"),
                json.numberOrNull("cpu_us_broker"),
                json.numberOrNull("steal_percent"),
                json.flag("repeated"));
    }

    private static BenchPoint point(Fields json) {
        return new BenchPoint(
                json.number("rate"),
                json.numberOrNull("share"),
                json.number("task_ms"),
                json.numberOrNull("achieved"),
                json.numberOrNull("behind_ms"),
                latencies(json));
    }

    private static GrowthRow growth(Fields json) {
        GrowthRow.Axis axis = json.oneOf("axis", GrowthRow.Axis.values(), GrowthRow.Axis::label);
        return new GrowthRow(
                broker(json), level(json), axis, what(json), variant(json), json.list("steps", ReportReader::step));
    }

    private static GrowthStep step(Fields json) {
        Long at = json.wholeOrNull("at");
        if (at == null) {
            throw new IllegalArgumentException("at is null, not a whole number");
        }
        return new GrowthStep(
                at,
                json.number("score"),
                json.numberOrNull("cpu_us_client"),
                json.numberOrNull("cpu_us_broker"),
                json.numberOrNull("steal_percent"),
                json.numberOrNull("server_bytes_per_task"));
    }

    private static Contender broker(Fields json) {
        return json.oneOf("broker", Contender.values(), Contender::label);
    }

    private static Level level(Fields json) {
        return json.oneOf("level", Level.values(), Level::name);
    }

    /** With its unit, which follows from it. */
    private static What what(Fields json) {
        What what = json.oneOf("what", What.values(), What::label);
        json.oneOf("unit", new String[] {what.unit()}, unit -> unit);
        return what;
    }

    private static Variant variant(Fields json) {
        return json.oneOf("variant", Variant.values(), Variant::label);
    }
}
