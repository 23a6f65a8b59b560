package io.lovage.internal.wire;

import io.lovage.spi.TaskId;
import java.util.Optional;

/** The task a result document tells of. */
public record ResultOwner(TaskId id, Optional<String> parentId, Optional<String> group) {
    /** For a task of which only the id is known. */
    public static ResultOwner of(TaskId id) {
        return new ResultOwner(id, Optional.empty(), Optional.empty());
    }
}
