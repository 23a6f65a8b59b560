package io.lovage.internal.worker;

import io.lovage.internal.wire.TaskMessage;
import io.lovage.spi.BackendCapabilities;
import io.lovage.spi.ResultBackend;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that a task has failed where nobody could learn it from a result. Names the task and the type of the failure,
 * never what was in the message (rule R12.3). Thread-safe.
 */
final class FailureLog {
    private static final Logger log = LoggerFactory.getLogger(FailureLog.class);

    private final BackendCapabilities backend;

    FailureLog(ResultBackend results) {
        this.backend = results.capabilities();
    }

    /** One line where the failure's result is kept for nobody. */
    void failed(TaskMessage task, String type) {
        if (!isKept(task)) {
            log.warn("task {} {} failed with {}; its result is not kept", task.task(), task.id(), type);
        }
    }

    /** An Error may be more than this task's own affair: one line, whoever else is told. */
    void threw(TaskMessage task, Error error) {
        log.warn("task {} {} threw {}", task.task(), task.id(), error.getClass().getName());
    }

    private boolean isKept(TaskMessage task) {
        return !task.ignoreResult()
                && !backend.equals(BackendCapabilities.NONE)
                && (backend.lookupById() || task.replyTo().isPresent());
    }
}
