package io.lovage.tck;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this JVM writes to its standard output and error from now on, of all its threads; it is written all the same.
 * Loggers write there in tests. Thread-safe.
 */
final class Overheard implements AutoCloseable {
    private static final Set<Overheard> LISTENING = ConcurrentHashMap.newKeySet();
    private static boolean tapped;

    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

    private Overheard() {}

    static Overheard begin() {
        tap();
        Overheard listener = new Overheard();
        LISTENING.add(listener);
        return listener;
    }

    /** Once and for good: taps that are taken away again must go in the order they came, and tests run side by side. */
    private static synchronized void tap() {
        if (!tapped) {
            System.setOut(tap(System.out));
            System.setErr(tap(System.err));
            tapped = true;
        }
    }

    private static PrintStream tap(PrintStream onward) {
        OutputStream both = new OutputStream() {
            @Override
            public void write(int oneByte) {
                write(new byte[] {(byte) oneByte}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                onward.write(bytes, offset, length);
                LISTENING.forEach(listener -> listener.heard.write(bytes, offset, length));
            }

            @Override
            public void flush() {
                onward.flush();
            }
        };
        return new PrintStream(both, true, StandardCharsets.UTF_8);
    }

    String text() {
        return heard.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        LISTENING.remove(this);
    }
}
