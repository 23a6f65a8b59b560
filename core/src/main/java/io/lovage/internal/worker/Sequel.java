package io.lovage.internal.worker;

import io.lovage.internal.wire.TaskMessage;
import io.lovage.spi.StoredResult;
import java.util.Optional;

/**
 * That something follows a task, and upon what. Immutable.
 *
 * @param ended the task's final state, as it is stored: whoever gets the task again makes the same of it
 */
record Sequel(TaskMessage task, StoredResult ended) {
    /** Empty when nothing follows. */
    static Optional<Sequel> of(TaskMessage task, StoredResult ended) {
        return task.embed().isEmpty() ? Optional.empty() : Optional.of(new Sequel(task, ended));
    }
}
