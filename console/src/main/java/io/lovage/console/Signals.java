package io.lovage.console;

import java.util.concurrent.Callable;
import java.util.function.IntSupplier;
import org.slf4j.LoggerFactory;

/** What happens when the process is told to end: SIGTERM, SIGINT, SIGHUP. */
public final class Signals {
    private Signals() {}

    /**
     * Runs {@code body}; when the process is told to end meanwhile, runs {@code stop} and ends the process with the
     * exit code it returns, where the JVM alone would end with 128 + the number of the signal. Further signals change
     * nothing.
     */
    public static <T> T during(Callable<T> body, IntSupplier stop) throws Exception {
        Thread hook = new Thread(() -> Runtime.getRuntime().halt(stop.getAsInt()), "lovage-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return body.call();
        } finally {
            remove(hook);
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            LoggerFactory.getLogger(Signals.class).debug("already stopping", stopping);
        }
    }
}
