package io.lovage.console;

import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.Task;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks up the result of a task that was sent earlier. */
@Command(
        name = "result",
        description = "Prints the result of a task as one line of JSON.",
        mixinStandardHelpOptions = true,
        versionProvider = LovageCommand.Version.class,
        footer = {
            "",
            "A task that failed prints 'Type: message' on stderr, and the exit code is 1.",
            "No result yet, or an unknown id: the state is told on stderr, exit code 4.",
            "Needs a result backend that keeps results; rpc:// does not (there: send --wait).",
            "",
            "Example:",
            "  lovage result 5b0b9f0e-6f8c-4c39-a2a5-3c1a8e0b9f3d -r URL --wait --timeout 30"
        })
final class ResultCommand implements Callable<Integer> {
    /** A result that is there is told within this time. */
    private static final Duration STORED = Duration.ofSeconds(10);

    @Parameters(paramLabel = "<id>", description = "the id that send printed")
    private String id = "";

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private ConnectionOptions connection;

    @Option(names = "--wait", description = "wait until the task has ended")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "s",
            converter = Seconds.class,
            description = "how many seconds to wait; default: until the task ends")
    private @Nullable Duration timeout;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (timeout != null && !wait) {
            throw new UsageException("--timeout needs --wait");
        }
        String asked = new TaskId(id).value();
        try (Lovage lovage = connection.connectForLookup("lovage-result")) {
            AsyncResult<Object> result = lovage.result(Task.untyped("lovage.unknown"), asked);
            TaskState state = result.state();
            if (!wait && !state.isFinal()) {
                spec.commandLine().getErr().println("lovage result: task " + asked + " is " + state);
                return ExitCode.NO_RESULT;
            }
            Object value = result.get(wait ? Optional.ofNullable(timeout).orElse(Seconds.LONGEST) : STORED);
            spec.commandLine().getOut().println(Json.line(value));
        }
        return ExitCode.OK;
    }
}
