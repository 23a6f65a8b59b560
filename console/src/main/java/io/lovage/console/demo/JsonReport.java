package io.lovage.console.demo;

import io.lovage.console.Json;
import io.lovage.examples.bulkimport.ColumnProfile;
import io.lovage.examples.bulkimport.ColumnType;
import io.lovage.examples.bulkimport.TableProfile;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The outcome as one line of JSON. */
final class JsonReport {
    private static final int SHOWN_REJECTIONS = 100;

    private JsonReport() {}

    static String line(DemoOutcome outcome) {
        TableProfile profile = outcome.result().profile();
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("rows", profile.rows());
        json.put("rejected", profile.rejected());
        json.put("rejected_by_reason", new TreeMap<>(profile.rejectedByReason()));
        json.put(
                "first_rejections",
                profile.firstRejections().stream().limit(SHOWN_REJECTIONS).toList());
        json.put("columns", profile.columns().stream().map(JsonReport::column).toList());
        json.put("tasks", outcome.result().tasks());
        json.put("retries", outcome.result().retries());
        json.put("redelivered", outcome.result().redelivered());
        json.put("seconds", rounded(outcome.seconds(), 3));
        json.put("tasks_per_second", rounded(outcome.tasksPerSecond(), 1));
        outcome.kill().ifPresent(kill -> json.put("kill", kill(kill)));
        return Json.line(json);
    }

    private static Map<String, @Nullable Object> column(ColumnProfile profile) {
        ColumnType type = profile.column().type();
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("name", profile.column().name());
        json.put("type", type.name().toLowerCase(Locale.ROOT));
        json.put("empty", profile.empty());
        json.put("distinct", profile.distinct());
        json.put("distinct_exact", profile.distinctExact());
        json.put("min", value(type, profile.min()));
        json.put("max", value(type, profile.max()));
        json.put("sum", profile.sum().map(sum -> number(type, sum)).orElse(null));
        json.put(
                "top",
                profile.top().stream()
                        .map(top -> entry(value(type, Optional.of(top.value())), top.count()))
                        .toList());
        return json;
    }

    private static Map<String, @Nullable Object> entry(@Nullable Object value, long count) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("value", value);
        json.put("count", count);
        return json;
    }

    private static @Nullable Object value(ColumnType type, Optional<String> value) {
        return type.isNumber()
                ? value.map(text -> number(type, new BigDecimal(text))).orElse(null)
                : value.orElse(null);
    }

    private static Object number(ColumnType type, BigDecimal number) {
        return type == ColumnType.INTEGER ? number.toBigIntegerExact() : number;
    }

    private static Map<String, @Nullable Object> kill(KillOne.Outcome kill) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("pid", kill.pid().isPresent() ? kill.pid().getAsLong() : null);
        json.put("held", kill.held());
        json.put("redelivered", kill.redelivered());
        json.put(
                "seconds_to_redelivery",
                kill.secondsToRedelivery().isPresent()
                        ? rounded(kill.secondsToRedelivery().getAsDouble(), 3)
                        : null);
        return json;
    }

    private static BigDecimal rounded(double number, int places) {
        return BigDecimal.valueOf(number).setScale(places, RoundingMode.HALF_UP);
    }
}
