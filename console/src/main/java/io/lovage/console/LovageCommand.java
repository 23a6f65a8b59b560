package io.lovage.console;

import io.lovage.console.bench.BenchCommand;
import io.lovage.console.demo.DemoCommand;
import io.lovage.console.pitfall.PitfallCommand;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.IVersionProvider;

/** The {@code lovage} command. */
@Command(
        name = "lovage",
        description = "Background tasks over the message broker you have, in Celery's protocol.",
        mixinStandardHelpOptions = true,
        versionProvider = LovageCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            WorkerCommand.class,
            SendCommand.class,
            ResultCommand.class,
            DeadLettersCommand.class,
            DemoCommand.class,
            PitfallCommand.class,
            BenchCommand.class
        },
        footer = {
            "",
            "Exit codes: 0 done; 1 the task failed; 2 wrong options, URL, name or file;",
            "3 broker or result backend unreachable, or it refuses; 4 no result in time; 5 and 6 a worker",
            "that had to interrupt or leave tasks when it stopped; 70 a defect of lovage; 130 interrupted.",
            "",
            "LOVAGE_BROKER_URL and LOVAGE_RESULT_URL stand in for -b and -r.",
            "",
            "Examples:",
            "  lovage demo",
            "  lovage pitfall redis",
            "  lovage bench",
            "  lovage worker -A com.example.Tasks --classpath app.jar -b amqp://guest:guest@localhost:5672/",
            "  lovage send flights.import --kwargs '{\"file\":\"f.csv\"}' --wait"
        })
public final class LovageCommand implements Runnable {
    /** No line of ours is longer, so none is broken in two. */
    private static final int HELP_WIDTH = 120;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "a command is missing: worker, send, result, dead-letters, demo, pitfall or bench");
    }

    public static void main(String[] args) {
        System.exit(commandLine(System.getenv(), true).execute(args));
    }

    /**
     * The command with everything around it, for one execution.
     *
     * @param alone whether nobody else in this JVM uses Lovage, so that a broker in its memory makes no sense
     */
    static CommandLine commandLine(Map<String, String> environment, boolean alone) {
        return new CommandLine(new LovageCommand(), new Factory(environment, alone))
                .setExpandAtFiles(false) // what begins with @ is a value: a task's argument must not name options
                .setUsageHelpWidth(HELP_WIDTH)
                .setParameterExceptionHandler(Errors::usage)
                .setExecutionExceptionHandler(Errors::execution)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** Gives the environment to the options that read it, so that tests can have one of their own. */
    private record Factory(Map<String, String> environment, boolean alone) implements IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            return type == ConnectionOptions.class
                    ? type.cast(new ConnectionOptions(environment, alone))
                    : CommandLine.defaultFactory().create(type);
        }
    }

    /** Tells the version that the build wrote into the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = LovageCommand.class.getPackage().getImplementationVersion();
            return new String[] {
                "lovage " + (version == null ? "(not packaged)" : version) + ", Java " + Runtime.version()
            };
        }
    }
}
