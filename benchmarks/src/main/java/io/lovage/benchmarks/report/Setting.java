package io.lovage.benchmarks.report;

import io.lovage.benchmarks.plan.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Under what terms and where a report was measured, in tables. */
public final class Setting {
    private Setting() {}

    /** Machine, versions, and what the servers said of themselves. */
    public static Table environment(BenchReport report) {
        Environment machine = report.environment().machine();
        List<List<String>> rows = new ArrayList<>();
        rows.add(
                List.of("taken", machine.started() + ", " + report.environment().plan()));
        rows.add(List.of("processor", machine.processor() + ", " + machine.cores() + " cores"));
        rows.add(List.of("system", machine.system()));
        rows.add(List.of("JVM", machine.jvm() + " `" + machine.jvmOptions() + "`"));
        rows.add(List.of("commit of Lovage", report.environment().revision()));
        rows.add(List.of("versions", joined(machine.versions(), " ")));
        rows.add(List.of(
                "load average", Words.format("%.1f before, %.1f after", machine.loadBefore(), machine.loadAfter())));
        rows.add(List.of("samples", repeated(report)));
        report.environment().servers().forEach((server, settings) -> rows.add(List.of(server, joined(settings, "="))));
        return new Table("Where it was measured", List.of("", ""), rows, 2);
    }

    /** What each row guarantees, with its batches, windows and slots; rows of the same terms together. */
    public static Table terms(BenchReport report) {
        Map<List<String>, String> rows = new LinkedHashMap<>();
        report.rows()
                .forEach(row -> rows.merge(
                        List.of(
                                row.of().contender().label() + " "
                                        + row.of().level().label(),
                                Words.title(row.of().what()),
                                row.of().variant().label(),
                                row.terms().guarantee(),
                                joined(new TreeMap<>(row.terms().parameters()), "=")),
                        Words.bytes(row.of().payload()),
                        (some, more) -> some + ", " + more));
        List<List<String>> cells = new ArrayList<>();
        rows.forEach((terms, payloads) -> {
            List<String> row = new ArrayList<>(terms);
            row.add(payloads);
            cells.add(row);
        });
        return new Table(
                "What each row guarantees",
                List.of("broker", "what", "who", "guarantee", "parameters", "argument"),
                cells,
                6);
    }

    /** What one task costs beside its time, end to end where that was measured. */
    public static Table costs(BenchReport report) {
        List<List<String>> rows = report.rows().stream()
                .filter(row -> row.of().payload() == Plan.LEAST_PAYLOAD)
                .map(row -> {
                    Costs costs = row.outcome().costs();
                    return List.of(
                            row.of().contender().label() + " "
                                    + row.of().level().label(),
                            Words.title(row.of().what()),
                            row.of().variant().label(),
                            Words.small(costs.cpuMicrosClient()),
                            Words.small(costs.cpuMicrosBroker()),
                            Words.whole(costs.allocBytes()),
                            Words.whole(costs.serverBytesPerTask()),
                            Words.whole(costs.wireBytesPerTask()),
                            Words.small(costs.stealPercent()));
                })
                .toList();
        return new Table(
                "What a task of 100 bytes costs",
                List.of(
                        "broker",
                        "what",
                        "who",
                        "client CPU µs",
                        "broker CPU µs",
                        "client heap, bytes",
                        "broker memory, bytes",
                        "on the wire, bytes",
                        "steal %"),
                rows,
                3);
    }

    /** Why figures are missing, each reason once. */
    public static Table unknown(BenchReport report) {
        Map<List<String>, Long> reasons = report.rows().stream()
                .flatMap(row -> row.outcome().unknown().entrySet().stream())
                .collect(Collectors.groupingBy(
                        why -> List.of(why.getKey(), why.getValue()), LinkedHashMap::new, Collectors.counting()));
        List<List<String>> rows = new ArrayList<>();
        reasons.forEach((why, count) -> rows.add(List.of(why.get(0), why.get(1), Words.count(count))));
        return new Table("What is not known", List.of("figure", "why", "rows"), rows, 2);
    }

    private static String repeated(BenchReport report) {
        long all = report.rows().stream().mapToLong(row -> row.samples().size()).sum();
        long repeated =
                all - report.rows().stream().mapToLong(row -> row.used().size()).sum();
        return Words.format(
                "%,d, of which %,d were taken again because other guests took the processor", all, repeated);
    }

    private static String joined(Map<String, String> map, String between) {
        return map.entrySet().stream()
                .map(entry -> entry.getKey() + between + entry.getValue())
                .collect(Collectors.joining(", "));
    }
}
