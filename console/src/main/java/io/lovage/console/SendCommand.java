package io.lovage.console;

import io.lovage.Arguments;
import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.Signature;
import io.lovage.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends one task, and waits for its result when asked to. */
@Command(
        name = "send",
        description = "Sends a task. Prints its id, or with --wait its result as one line of JSON.",
        mixinStandardHelpOptions = true,
        versionProvider = LovageCommand.Version.class,
        footer = {
            "",
            "A task that fails prints 'Type: message' on stderr, and the exit code is 1.",
            "No result in time: exit code 4; the task goes on.",
            "",
            "Examples:",
            "  lovage send mail.welcome --args '[\"ada@example.com\"]'",
            "  lovage send flights.import --kwargs '{\"file\":\"f.csv\",\"rows\":500}' -Q imports --wait --timeout 30",
            "  lovage send flights.import --args @/dev/stdin < big.json"
        })
final class SendCommand implements Callable<Integer> {
    @Parameters(paramLabel = "<task>", description = "the name of the task, such as flights.import")
    private String task = "";

    @Option(
            names = "--args",
            paramLabel = "JSON",
            description = "positional arguments: a JSON array, or @FILE that holds it")
    private String args = "[]";

    @Option(names = "--kwargs", paramLabel = "JSON", description = "keyword arguments: a JSON object, or @FILE")
    private String kwargs = "{}";

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private ConnectionOptions connection;

    @Option(
            names = {"-Q", "--queue"},
            paramLabel = "QUEUE",
            description = "the queue; default: $LOVAGE_DEFAULT_QUEUE, else celery")
    private @Nullable String queue;

    @Option(names = "--wait", description = "wait for the result and print it, and nothing else, on stdout")
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
        Signature<Arguments, Object> call = Task.untyped(task).with(arguments());
        Signature<Arguments, Object> signature = queue == null ? call : call.queue(queue);
        String name = "lovage-send";
        try (Lovage lovage = wait ? connection.connectForResult(name) : connection.connect(name)) {
            AsyncResult<Object> result = lovage.send(signature);
            Object shown = wait ? result.get(Optional.ofNullable(timeout).orElse(Seconds.LONGEST)) : result.id();
            spec.commandLine().getOut().println(wait ? Json.line(shown) : shown);
        }
        return ExitCode.OK;
    }

    private Arguments arguments() {
        List<@Nullable Object> positional = new ArrayList<>();
        List<?> elements = Json.read("--args", Json.textOrFile("--args", args), List.class, "array");
        positional.addAll(elements);
        Map<String, @Nullable Object> keywords = new LinkedHashMap<>();
        Map<?, ?> read = Json.read("--kwargs", Json.textOrFile("--kwargs", kwargs), Map.class, "object");
        read.forEach((name, value) -> keywords.put((String) name, value));
        return new Arguments(positional, keywords);
    }
}
