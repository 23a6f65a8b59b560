package io.lovage.tck;

import io.lovage.Arguments;
import io.lovage.Task;

/** Tasks for tests that run a worker. */
final class Tasks {
    /** Takes anything. */
    static final Task<Arguments, Object> ECHO = Task.untyped("tck.echo");

    /** Takes a record. */
    static final Task<Parcel, String> PARCEL = Task.of("tck.parcel", Parcel.class, String.class);

    private Tasks() {}

    /** An argument with a property that could be anything. */
    record Parcel(String name, Object content) {}
}
