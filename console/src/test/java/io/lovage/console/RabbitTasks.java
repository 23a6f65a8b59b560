package io.lovage.console;

import io.lovage.Task;
import io.lovage.TaskSet;
import io.lovage.Worker;

/** What the worker processes of these tests can do. */
public final class RabbitTasks implements TaskSet {
    @Override
    public void register(Worker.Builder worker) {
        worker.handle(
                        Task.untyped("pid"),
                        (arguments, context) -> ProcessHandle.current().pid())
                .handle(Task.untyped("fail"), (arguments, context) -> {
                    throw new IllegalArgumentException("not this");
                });
    }
}
