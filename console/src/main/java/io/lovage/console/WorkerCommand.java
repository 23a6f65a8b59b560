package io.lovage.console;

import io.lovage.Lovage;
import io.lovage.TaskSet;
import io.lovage.Worker;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs tasks until it is told to stop. */
@Command(
        name = "worker",
        description = "Runs the tasks of a class until SIGTERM or Ctrl-C. Logs to stderr; says 'ready' on stdout.",
        mixinStandardHelpOptions = true,
        versionProvider = LovageCommand.Version.class,
        footer = {
            "",
            "Stops in stages: takes no more tasks, lets running ones finish within the grace, interrupts them,",
            "gives back what is left. Exit code: 0 everything finished, 5 tasks were interrupted, 6 tasks were left.",
            "A second signal changes nothing and loses nothing; SIGKILL loses nothing either, its tasks run again.",
            "",
            "Examples:",
            "  lovage worker -A com.example.Tasks --classpath app.jar:lib/db.jar -Q imports,mail -c 8",
            "  LOVAGE_BROKER_URL=amqp://guest:guest@localhost:5672/ lovage worker -A com.example.Tasks -l debug"
        })
final class WorkerCommand implements Callable<Integer> {
    @Option(
            names = {"-A", "--app"},
            paramLabel = "<class>",
            required = true,
            description = "a public class with a constructor without arguments that implements io.lovage.TaskSet")
    private String app = "";

    @Option(
            names = "--classpath",
            paramLabel = "<jars>",
            description = "where the class and what it needs are, as for java")
    private String classPath = "";

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private ConnectionOptions connection;

    @Option(
            names = {"-Q", "--queues"},
            split = ",",
            paramLabel = "<queues>",
            description = "with commas between; default: $LOVAGE_DEFAULT_QUEUE, else celery")
    private String[] queues = {};

    @Option(
            names = {"-c", "--concurrency"},
            paramLabel = "N",
            converter = PositiveNumber.class,
            description = "how many tasks run at once; default: the number of processors")
    private @Nullable Integer concurrency;

    @Option(
            names = {"-n", "--name"},
            paramLabel = "<name>",
            description = "what operators see: name@host, or a name on this host; default: lovage")
    private @Nullable String name;

    @Option(
            names = {"-E", "--task-events"},
            description = "tells whoever watches of each task: celery events, Flower")
    private boolean taskEvents;

    @Option(
            names = "--without-remote-control",
            description = "no heartbeats, and celery inspect and control get no answer")
    private boolean withoutRemoteControl;

    @Option(
            names = {"-l", "--loglevel"},
            paramLabel = "<level>",
            description = "trace, debug, info, warn or error; default: info")
    private LogLevel level = LogLevel.INFO;

    @Option(
            names = "--grace",
            paramLabel = "s",
            converter = Seconds.class,
            description = "how many seconds running tasks may go on after SIGTERM; default: 30")
    private Duration grace = Duration.ofSeconds(30);

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        level.apply();
        Logger log = LoggerFactory.getLogger(WorkerCommand.class);
        TaskSet tasks = new TaskSetLoader(app, classPath).load();
        try (Lovage lovage = connection.connect(name == null ? "lovage-worker" : name)) {
            // its first tasks may run before start returns, and a signal may come with them
            CompletableFuture<Worker> started = new CompletableFuture<>();
            return Signals.during(
                    () -> untilStopped(start(lovage, tasks, started)),
                    () -> exitCode(stop(started.join(), lovage, log)));
        }
    }

    private Worker start(Lovage lovage, TaskSet tasks, CompletableFuture<Worker> started) {
        try {
            Worker worker = builder(lovage, tasks).start();
            started.complete(worker);
            return worker;
        } catch (RuntimeException e) {
            started.completeExceptionally(e);
            throw e;
        }
    }

    private int untilStopped(Worker worker) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        out.println("ready " + worker.name());
        out.flush();
        return exitCode(worker.awaitStopped());
    }

    private Worker.Builder builder(Lovage lovage, TaskSet tasks) {
        Worker.Builder builder =
                lovage.worker().tasks(tasks).grace(grace).taskEvents(taskEvents).remoteControl(!withoutRemoteControl);
        if (queues.length > 0) {
            builder.queues(Arrays.stream(queues).map(String::strip).toArray(String[]::new));
        }
        if (concurrency != null) {
            builder.concurrency(concurrency);
        }
        if (name != null) {
            builder.name(name);
        }
        return builder;
    }

    private Worker.Shutdown stop(Worker worker, Lovage lovage, Logger log) {
        log.info("stopping within {} s", grace.toSeconds());
        Worker.Shutdown shutdown = worker.stop(grace);
        lovage.close();
        log.info("stopped: {}; {}", shutdown, StatsLine.of(worker.stats()));
        return shutdown;
    }

    private static int exitCode(Worker.Shutdown shutdown) {
        return switch (shutdown) {
            case FINISHED -> ExitCode.OK;
            case INTERRUPTED -> ExitCode.STOPPED_BY_INTERRUPT;
            case ABANDONED -> ExitCode.STOPPED_WITH_TASKS_LEFT;
        };
    }
}
