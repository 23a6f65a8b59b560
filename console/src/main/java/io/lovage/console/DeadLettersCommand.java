package io.lovage.console;

import io.lovage.DeadLetters;
import io.lovage.Lovage;
import io.lovage.spi.DeadLetter;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets an operator see the dead letters of a queue, and decide about them one by one. */
@Command(
        name = "dead-letters",
        description = "Lists the dead letters of a queue, sends them again, or discards them.",
        mixinStandardHelpOptions = true,
        versionProvider = LovageCommand.Version.class,
        footer = {
            "",
            "list prints a line for each, the oldest first, parted by tabs: id, when, task, deliveries, reason.",
            "What was sent again counts from zero, and its result is open again. An id that is not there: exit code 1.",
            "",
            "Examples:",
            "  lovage dead-letters list imports",
            "  lovage dead-letters resend imports 5b0b9f0e-6f8c-4c39-a2a5-3c1a8e0b9f3d",
            "  lovage dead-letters list imports | cut -f1 | xargs lovage dead-letters resend imports"
        })
final class DeadLettersCommand implements Callable<Integer> {
    /** What is to be done. */
    enum Action {
        LIST,
        RESEND,
        DISCARD
    }

    @Parameters(index = "0", paramLabel = "<action>", description = "list, resend or discard")
    private Action action = Action.LIST;

    @Parameters(index = "1", paramLabel = "<queue>", description = "the queue whose dead letters they are")
    private String queue = "";

    @Parameters(index = "2..*", paramLabel = "<id>", description = "resend, discard: the ids that list shows")
    private List<String> ids = new ArrayList<>();

    @Option(
            names = "--max",
            paramLabel = "N",
            converter = PositiveNumber.class,
            description = "list: at most so many; default: 100")
    private int max = 100;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private ConnectionOptions connection;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        if (action == Action.LIST && !ids.isEmpty()) {
            throw new UsageException("list takes no ids");
        }
        if (action != Action.LIST && ids.isEmpty()) {
            throw new UsageException("the ids of the dead letters are missing; list shows them");
        }
        try (Lovage lovage = connection.connect("lovage-dead-letters")) {
            DeadLetters letters = lovage.deadLetters(queue);
            return action == Action.LIST ? list(letters) : decide(letters);
        }
    }

    private int list(DeadLetters letters) {
        PrintWriter out = spec.commandLine().getOut();
        letters.list(max).forEach(letter -> out.println(line(letter)));
        out.flush();
        return ExitCode.OK;
    }

    private static String line(DeadLetter letter) {
        return String.join(
                "\t",
                letter.id(),
                letter.at().map(Instant::toString).orElse("-"),
                letter.message().header("task") instanceof String task ? oneLine(task) : "-",
                Integer.toString(letter.deliveryCount()),
                oneLine(letter.reason()));
    }

    /** Somebody else wrote it: it must not move the cursor, nor look like another column. */
    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }

    private int decide(DeadLetters letters) {
        int code = ExitCode.OK;
        for (String id : ids) {
            boolean found = action == Action.RESEND ? letters.resend(id) : letters.discard(id);
            if (!found) {
                spec.commandLine().getErr().println("lovage dead-letters: no dead letter " + id);
                code = ExitCode.FAILED;
            }
        }
        return code;
    }
}
