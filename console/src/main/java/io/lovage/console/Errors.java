package io.lovage.console;

import io.lovage.ResultTimeoutException;
import io.lovage.TaskFailedException;
import io.lovage.examples.bulkimport.UnusableFileException;
import io.lovage.spi.BrokerException;
import io.lovage.spi.ConfigurationException;
import java.io.IOException;
import java.io.PrintWriter;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns whatever went wrong into one line on stderr and an exit code. */
final class Errors {
    private static final int LONGEST_LINE = 1_000;

    private Errors() {}

    static int usage(ParameterException error, String[] args) {
        CommandLine command = error.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        print(command, oneLine(error) + " (see " + name + " --help)");
        return ExitCode.USAGE;
    }

    static int execution(Exception error, CommandLine command, ParseResult parsed) {
        if (error instanceof TaskFailedException failed) {
            command.getErr().println(failed.type() + (failed.failure().isEmpty() ? "" : ": " + failed.failure()));
            return ExitCode.FAILED;
        }
        if (error instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            print(command, "interrupted");
            return ExitCode.INTERRUPTED;
        }
        print(command, oneLine(error));
        int code = code(error);
        if (code == ExitCode.DEFECT) {
            LoggerFactory.getLogger(Errors.class).error("not expected", error);
        }
        return code;
    }

    private static int code(Exception error) {
        if (error instanceof ConfigurationException
                || error instanceof UsageException
                || error instanceof UnusableFileException
                || error instanceof IllegalArgumentException) {
            return ExitCode.USAGE;
        }
        if (error instanceof BrokerException) {
            return ExitCode.UNAVAILABLE;
        }
        if (error instanceof ResultTimeoutException) {
            return ExitCode.NO_RESULT;
        }
        return error instanceof IOException ? ExitCode.FAILED : ExitCode.DEFECT;
    }

    private static String oneLine(Exception error) {
        String message = error.getMessage() == null ? error.toString() : error.getMessage();
        String named = error instanceof IOException ? error.toString() : message;
        String line = named.replaceAll("\\s*\\R\\s*", " ");
        return line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + "…";
    }

    private static void print(CommandLine command, String line) {
        PrintWriter err = command.getErr();
        err.println(command.getCommandSpec().qualifiedName() + ": " + line);
        err.flush();
    }
}
