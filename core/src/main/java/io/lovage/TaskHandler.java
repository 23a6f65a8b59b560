package io.lovage;

import org.jspecify.annotations.Nullable;

/** The code that runs a task. Called by several threads at once. */
@FunctionalInterface
public interface TaskHandler<A, R> {
    /**
     * Runs one task. What it throws, {@link Error}s included, makes the attempt a failure: the retry policy decides
     * whether there is another one.
     */
    @Nullable
    R handle(A argument, TaskContext context) throws Exception;
}
