package io.lovage.testservers;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Sends signals the JDK has no method for. The shell does it: its {@code kill} is always there. */
final class Signals {
    private Signals() {}

    static void send(long pid, String name, Duration limit) {
        try {
            Process kill = new ProcessBuilder(
                            "/bin/sh", "-c", "kill -s \"$1\" \"$2\"", "kill", name, Long.toString(pid))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!kill.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                kill.destroyForcibly();
                throw new ServerException("kill -" + name + " " + pid + " did not end within " + limit);
            }
            if (kill.exitValue() != 0) {
                throw new ServerException("kill -" + name + " " + pid + " failed: is the process still there?");
            }
        } catch (IOException e) {
            throw new ServerException("cannot run kill", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerException("interrupted while sending " + name + " to " + pid, e);
        }
    }
}
