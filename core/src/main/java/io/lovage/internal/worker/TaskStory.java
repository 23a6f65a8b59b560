package io.lovage.internal.worker;

import io.lovage.internal.control.EventSender;
import io.lovage.internal.wire.Failure;
import io.lovage.internal.wire.PlainJson;
import io.lovage.internal.wire.TaskMessage;
import io.lovage.spi.Settlement;
import io.lovage.spi.TimeSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is told of one delivery of a task, in Celery's events. How it ended is noted when it is known and told when the
 * outcome was stored and the delivery settled, so that whoever hears of the end finds the result. Used by one thread
 * after the other.
 */
final class TaskStory {
    private static final double NANOS = 1e9;

    private final EventSender sender;
    private final TimeSource time;
    private final TaskMessage task;
    private long begunAt;
    private Map<String, @Nullable Object> ending = Map.of();
    private Optional<Outcome.Kind> expected = Optional.empty();

    TaskStory(EventSender sender, TimeSource time, TaskMessage task) {
        this.sender = sender;
        this.time = time;
        this.task = task;
        this.begunAt = time.nanoTime();
    }

    void received() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("name", task.task());
        PlainJson.Shown shown = PlainJson.shown(task.payload());
        fields.put("args", text("argsrepr", shown.args()));
        fields.put("kwargs", text("kwargsrepr", shown.kwargs()));
        fields.put("root_id", task.rootId());
        fields.put("parent_id", task.parentId().orElse(null));
        fields.put("retries", task.retries());
        fields.put("eta", task.headers().get("eta"));
        fields.put("expires", task.headers().get("expires"));
        tell("task-received", fields);
    }

    /** The sender may have hidden what must not be shown. */
    private Object text(String header, String own) {
        return task.headers().get(header) instanceof String given ? given : own;
    }

    void started() {
        begunAt = time.nanoTime();
        tell("task-started", Map.of());
    }

    void returned(@Nullable Object value) {
        note(
                Outcome.Kind.SUCCEEDED,
                fields("result", PlainJson.repr(value), "runtime", (time.nanoTime() - begunAt) / NANOS));
    }

    void failed(Failure failure) {
        note(Outcome.Kind.FAILED, failure(failure));
    }

    /** At once: when the broker has taken the settlement, somebody may have begun with the next attempt. */
    void retried(Failure why) {
        tell("task-retried", failure(why));
    }

    /** {@code why} is Celery's word: expired, revoked or terminated. */
    void revoked(String why) {
        Map<String, @Nullable Object> fields = fields("terminated", why.equals("terminated"), "signum", null);
        fields.put("expired", why.equals("expired"));
        note(Outcome.Kind.REVOKED, fields);
    }

    private void note(Outcome.Kind kind, Map<String, @Nullable Object> fields) {
        expected = Optional.of(kind);
        ending = fields;
    }

    private static Map<String, @Nullable Object> failure(Failure failure) {
        String arguments = PlainJson.repr(failure.arguments());
        String inside = arguments.startsWith("[") && arguments.endsWith("]")
                ? arguments.substring(1, arguments.length() - 1)
                : arguments;
        return fields(
                "exception",
                failure.type() + "(" + inside + ")",
                "traceback",
                failure.trace().orElse(null));
    }

    private static Map<String, @Nullable Object> fields(
            String name, @Nullable Object value, String other, @Nullable Object otherValue) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put(name, value);
        fields.put(other, otherValue);
        return fields;
    }

    /** The broker has taken this settlement. What came otherwise than was expected is told in general words. */
    void settled(Outcome.Kind kind, Settlement how) {
        switch (kind) {
            case SUCCEEDED -> tell("task-succeeded", ending);
            case FAILED -> tell("task-failed", as(kind) ? ending : fault("its outcome could not be stored"));
            case REVOKED -> tell("task-revoked", ending);
            case DEAD_LETTERED -> tell("task-failed", as(Outcome.Kind.FAILED) ? ending : fault(reason(how)));
            case RELEASED -> tell("task-rejected", fields("requeue", true, "redelivered", true));
            case RETRIED, POSTPONED, ALREADY_DONE -> {
                // it was told before, or nothing has become of it here
            }
        }
    }

    private boolean as(Outcome.Kind kind) {
        return expected.filter(kind::equals).isPresent();
    }

    private static String reason(Settlement how) {
        return how instanceof Settlement.DeadLetter dead ? dead.reason() : "dead-lettered";
    }

    private static Map<String, @Nullable Object> fault(String text) {
        return failure(new Failure("DeadLettered", List.of(text), "io.lovage", Optional.empty()));
    }

    private void tell(String type, Map<String, @Nullable Object> more) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("uuid", task.id().value());
        fields.putAll(more);
        sender.task(type, fields);
    }
}
