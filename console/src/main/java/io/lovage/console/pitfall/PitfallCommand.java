package io.lovage.console.pitfall;

import io.lovage.console.ExitCode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Plays what happens to a task that runs for longer than its lease. */
@Command(
        name = "pitfall",
        description = {
            "Shows what happens to a task that runs for longer than the broker leaves it to a worker.",
            "First without renewal, when it runs twice, then with it, when it runs once. Takes about a minute.",
            "",
            "It plays against a private server of its own, which ends with the command; no other is touched.",
            ""
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The last two lines say how often the task ran. Exit code: 0 if it was 2 and 1, else 1; 3 where no server",
            "can be started.",
            "",
            "Examples:",
            "  lovage pitfall redis",
            "  lovage pitfall rabbitmq",
            "  lovage pitfall kafka"
        })
public final class PitfallCommand implements Callable<Integer> {
    @Parameters(paramLabel = "<broker>", description = "redis, rabbitmq or kafka")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Pitfall pitfall;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        err.println("starting a private " + pitfall.label() + " ...");
        err.flush();
        try (Stage stage = pitfall.stage()) {
            boolean asTold = new Performance(stage, spec.commandLine().getOut()).run();
            return asTold ? ExitCode.OK : ExitCode.FAILED;
        }
    }
}
