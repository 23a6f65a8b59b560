package io.lovage.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether somebody looks at stderr on a terminal that can go back in a line. */
public final class Terminal {
    private static final Path STDERR = Path.of("/proc/self/fd/2");

    private Terminal() {}

    public static boolean onStderr() {
        String kind = System.getenv("TERM");
        return kind != null && !kind.equals("dumb") && isTerminal();
    }

    /** Java cannot say it of one stream; Linux can. Elsewhere the answer is no, and progress is told line by line. */
    private static boolean isTerminal() {
        if (!Files.isSymbolicLink(STDERR)) {
            return false;
        }
        try {
            String target = Files.readSymbolicLink(STDERR).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException e) {
            return false;
        }
    }
}
