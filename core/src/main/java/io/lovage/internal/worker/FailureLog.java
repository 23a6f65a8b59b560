package io.lovage.internal.worker;

import io.lovage.internal.wire.Cut;
import io.lovage.internal.wire.Failure;
import io.lovage.internal.wire.TaskMessage;
import io.lovage.spi.BackendCapabilities;
import io.lovage.spi.BrokerException;
import io.lovage.spi.LineBudget;
import io.lovage.spi.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each task that has failed for good and for each dead letter, since its result may have gone to nobody,
 * and for each settlement that was refused; in a flood of the same only the first and a count (see {@link LineBudget}).
 * A line holds the first line of the exception's message, never arguments or other parts of the message (rule R12.3).
 * Thread-safe.
 */
final class FailureLog {
    private static final Logger log = LoggerFactory.getLogger(FailureLog.class);
    private static final int LONGEST_TEXT = 300;
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_KIND = 80;

    private final BackendCapabilities backend;
    private final LineBudget budget;

    FailureLog(WorkerEnvironment environment) {
        this.backend = environment.results().capabilities();
        this.budget = new LineBudget(environment.time(), FailureLog::more);
    }

    /** It failed and is not tried again. The trace comes along where no backend keeps it for whoever looks later. */
    void failed(TaskMessage task, Failure failure) {
        String name = Cut.line(task.task(), LONGEST_NAME);
        String type = Cut.line(failure.type(), LONGEST_NAME);
        if (!budget.allows("task " + name + " failed with " + type)) {
            return;
        }
        String text = Cut.line(failure.text(), LONGEST_TEXT);
        String trace = failure.trace().orElse("");
        if (isKept(task) || trace.isEmpty()) {
            log.warn("task {} {} failed with {}: {}", name, task.id(), type, text);
            log.debug("the trace of task {}: {}", task.id(), trace);
        } else {
            log.warn("task {} {} failed with {}: {}\n{}", name, task.id(), type, text, trace.stripTrailing());
        }
    }

    /** An Error may be more than this task's own affair, also when it is tried again. */
    void threw(TaskMessage task, Error error) {
        String name = Cut.line(task.task(), LONGEST_NAME);
        if (budget.allows("task " + name + " threw " + error.getClass().getName())) {
            log.warn("task {} {} threw {}", name, task.id(), error.getClass().getName());
        }
    }

    /** Its message is in the dead-letter queue now. */
    void deadLettered(Held held, String reason) {
        String queue = held.queue().name();
        String text = Cut.line(reason, LONGEST_TEXT);
        String kind = "dead letter of queue '" + queue + "': "
                + Cut.line(text.replaceAll("\\d+", "#"), LONGEST_KIND); // without places and counts it is the same
        if (budget.allows(kind)) {
            log.warn(
                    "dead letter of queue '{}': message {}: {}",
                    queue,
                    id(held.delivery().message().message()),
                    text);
        }
    }

    /**
     * The broker has refused a settlement. Only what is no refusal, a fault of the broker's module, needs a trace.
     *
     * @param then what is done about it
     */
    void notSettled(Held held, Throwable why, String then) {
        String kind = "a delivery of queue '" + held.queue().name() + "' cannot be settled";
        if (!budget.allows(kind + "; " + then)) {
            return;
        }
        if (why instanceof BrokerException) {
            log.warn("{}; {}: {}", kind, then, Cut.line(String.valueOf(why.getMessage()), LONGEST_TEXT));
        } else {
            log.error("{}; {}", kind, then, why);
        }
    }

    /** What was not told yet is told now. */
    void flush() {
        budget.flush();
    }

    private static void more(String kind, int count) {
        log.warn("{}: {} more in the last minute", kind, count);
    }

    /** What an operator can search for. */
    static String id(Message message) {
        Object id = message.header("id");
        return id instanceof String text ? Cut.line(text, LONGEST_NAME) : "without id";
    }

    /** A reply queue does not count: whoever waits at it is told once, and may not be there any more. */
    private boolean isKept(TaskMessage task) {
        return !task.ignoreResult() && backend.lookupById();
    }
}
