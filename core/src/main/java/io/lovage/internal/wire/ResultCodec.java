package io.lovage.internal.wire;

import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Writes and reads Celery's result documents. Thread-safe. */
public final class ResultCodec {
    private final ResultLayout layout;

    public ResultCodec(ResultLayout layout) {
        this.layout = layout;
    }

    /** It runs here. */
    public StoredResult started(ResultOwner owner, ProcessName process) {
        return Unbuilt.refuse(layout + owner.toString() + process);
    }

    /**
     * It ended with a value.
     *
     * @throws UnserialisableException when the value cannot be written as JSON
     */
    public StoredResult success(ResultOwner owner, @Nullable Object value, Instant done) {
        return Unbuilt.refuse(layout + owner.toString() + value + done);
    }

    /** It ended with an exception. */
    public StoredResult failure(ResultOwner owner, Failure failure, Instant done) {
        return Unbuilt.refuse(layout + owner.toString() + failure + done);
    }

    /** It will be tried again because of this. */
    public StoredResult retry(ResultOwner owner, Failure failure) {
        return Unbuilt.refuse(layout + owner.toString() + failure);
    }

    /** It will not run, or was stopped: {@code expired}, {@code revoked}, {@code terminated}. */
    public StoredResult revoked(ResultOwner owner, String why, Instant done) {
        return Unbuilt.refuse(layout + owner.toString() + why + done);
    }

    /**
     * A state of the handler's own, such as PROGRESS.
     *
     * @throws UnserialisableException when the report cannot be written as JSON
     */
    public StoredResult custom(ResultOwner owner, TaskState state, @Nullable Object report) {
        return Unbuilt.refuse(layout + owner.toString() + state + report);
    }

    /**
     * Reads a document, Lovage's or Python's, of either layout.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static ResultDocument read(StoredResult stored) {
        return Unbuilt.refuse(stored.toString());
    }
}
