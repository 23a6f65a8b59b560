package io.lovage.console;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** One execution of the command line in this JVM. */
public record CommandRun(int exitCode, String out, String err) {
    public static CommandRun of(String... args) {
        return of(Map.of(), true, args);
    }

    /** With the brokers in this JVM's memory that other code of the test uses as well. */
    public static CommandRun besideOthers(String... args) {
        return of(Map.of(), false, args);
    }

    public static CommandRun of(Map<String, String> environment, boolean alone, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = LovageCommand.commandLine(environment, alone)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        int exitCode = command.execute(args);
        return new CommandRun(exitCode, out.toString(), err.toString());
    }

    public List<String> errLines() {
        return err.lines().toList();
    }
}
