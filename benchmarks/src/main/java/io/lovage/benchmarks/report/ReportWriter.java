package io.lovage.benchmarks.report;

import io.lovage.benchmarks.plan.Case;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gives the figures their names in JSON; {@link ReportReader} has the same ones. */
final class ReportWriter {
    private ReportWriter() {}

    static Map<String, Object> report(BenchReport report) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("format", ReportJson.FORMAT);
        json.put("environment", environment(report.environment()));
        json.put("rows", report.rows().stream().map(ReportWriter::row).toList());
        json.put("growth", report.growth().stream().map(ReportWriter::growth).toList());
        return json;
    }

    private static Map<String, Object> environment(BenchEnvironment environment) {
        Environment machine = environment.machine();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("plan", environment.plan());
        json.put("revision", environment.revision());
        json.put("started", machine.started());
        json.put("processor", machine.processor());
        json.put("cores", machine.cores());
        json.put("system", machine.system());
        json.put("jvm", machine.jvm());
        json.put("jvm_options", machine.jvmOptions());
        json.put("load_before", machine.loadBefore());
        json.put("load_after", machine.loadAfter());
        json.put("versions", machine.versions());
        json.put("servers", environment.servers());
        return json;
    }

    private static Map<String, @Nullable Object> row(BenchRow row) {
        Case of = row.of();
        Outcome outcome = row.outcome();
        Costs costs = outcome.costs();
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("broker", of.contender().label());
        json.put("level", of.level().name());
        json.put("what", of.what().label());
        json.put("variant", of.variant().label());
        json.put("payload", of.payload());
        json.put("score", outcome.score());
        json.put("unit", of.what().unit());
        latencies(outcome.latencies(), json);
        json.put("cpu_us_client", costs.cpuMicrosClient());
        json.put("cpu_us_broker", costs.cpuMicrosBroker());
        json.put("steal_percent", costs.stealPercent());
        json.put("lost", outcome.lost());
        json.put("duplicates", outcome.duplicates());
        json.put("alloc_bytes", costs.allocBytes());
        json.put("server_bytes_per_task", costs.serverBytesPerTask());
        json.put("wire_bytes_per_task", costs.wireBytesPerTask());
        json.put("guarantee", row.terms().guarantee());
        json.put("parameters", row.terms().parameters());
        json.put("unknown", outcome.unknown());
        json.put("samples", row.samples().stream().map(ReportWriter::sample).toList());
        json.put("points", row.points().stream().map(ReportWriter::point).toList());
        return json;
    }

    private static void latencies(Latencies of, Map<String, @Nullable Object> json) {
        json.put("p50_ms", of.p50());
        json.put("p90_ms", of.p90());
        json.put("p99_ms", of.p99());
        json.put("p999_ms", of.p999());
        json.put("max_ms", of.max());
    }

    private static Map<String, @Nullable Object> sample(BenchSample sample) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("round", sample.round());
        json.put("score", sample.score());
        json.put("p99_ms", sample.p99Millis());
        json.put("cpu_us_client", sample.cpuMicrosClient());
        json.put("cpu_us_broker", sample.cpuMicrosBroker());
        json.put("steal_percent", sample.stealPercent());
        json.put("repeated", sample.repeated());
        return json;
    }

    private static Map<String, @Nullable Object> point(BenchPoint point) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("rate", point.rate());
        json.put("share", point.share());
        json.put("task_ms", point.taskMillis());
        json.put("achieved", point.achieved());
        json.put("behind_ms", point.behindMillis());
        latencies(point.latencies(), json);
        return json;
    }

    private static Map<String, Object> growth(GrowthRow row) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("broker", row.broker().label());
        json.put("level", row.level().name());
        json.put("axis", row.axis().label());
        json.put("what", row.what().label());
        json.put("variant", row.variant().label());
        json.put("unit", row.what().unit());
        json.put("steps", row.steps().stream().map(ReportWriter::step).toList());
        return json;
    }

    private static Map<String, @Nullable Object> step(GrowthStep step) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("at", step.at());
        json.put("score", step.score());
        json.put("cpu_us_client", step.cpuMicrosClient());
        json.put("cpu_us_broker", step.cpuMicrosBroker());
        json.put("steal_percent", step.stealPercent());
        json.put("server_bytes_per_task", step.serverBytesPerTask());
        return json;
    }
}
