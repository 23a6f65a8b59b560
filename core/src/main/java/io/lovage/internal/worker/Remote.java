package io.lovage.internal.worker;

import io.lovage.internal.control.Revoked;
import io.lovage.spi.TimeSource;

/** What operators see of tasks, and what they forbid. Thread-safe. */
record Remote(TaskEvents events, Revoked revoked) {
    static Remote of(TimeSource time) {
        return new Remote(new TaskEvents(time), new Revoked(time));
    }
}
