package io.lovage.internal.wire;

import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import java.util.Optional;
import java.util.function.Function;

/** What reading a message came to. */
public sealed interface Decoded {
    <T> T fold(Function<? super Received, ? extends T> received, Function<? super Unreadable, ? extends T> unreadable);

    /** A task, complete and well-formed. */
    record Received(TaskMessage message) implements Decoded {
        @Override
        public <T> T fold(
                Function<? super Received, ? extends T> received,
                Function<? super Unreadable, ? extends T> unreadable) {
            return received.apply(this);
        }
    }

    /**
     * Garbage, to be dead-lettered (rule R10.6).
     *
     * @param reason names the field that is wrong; fit for operators, holds no payload
     * @param task whose final state has to be stored so that no waiter hangs (rule R11.8); empty when the message does
     *     not tell its id
     */
    record Unreadable(String reason, Optional<TaskRef> task) implements Decoded {
        public Optional<TaskId> id() {
            return task.map(TaskRef::id);
        }

        @Override
        public <T> T fold(
                Function<? super Received, ? extends T> received,
                Function<? super Unreadable, ? extends T> unreadable) {
            return unreadable.apply(this);
        }
    }
}
