package io.lovage.redis;

import io.lovage.spi.Threads;
import io.lovage.testservers.RedisServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what clients send to a server that asks for no password, as the server tells it. */
final class Monitor implements AutoCloseable {
    /** The server does not show these to anybody else. */
    private static final String HIDDEN = "cmdstat_(client|config).*";

    private static final String FROM_A_SCRIPT = " lua] ";

    private final AtomicLong shown = new AtomicLong();
    private final RedisServer server;
    private final Socket socket;
    private final long hiddenBefore;

    /** Returns when it has begun to count. */
    Monitor(RedisServer server, Threads threads) {
        this.server = server;
        try {
            this.socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            this.hiddenBefore = hidden();
            socket.getOutputStream().write("MONITOR\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = lines.readLine();
            if (!"+OK".equals(answer)) {
                throw new IllegalStateException("MONITOR is answered with " + answer);
            }
            threads.named("monitor").newThread(() -> count(lines)).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void count(BufferedReader lines) {
        try {
            lines.lines().filter(line -> !line.contains(FROM_A_SCRIPT)).forEach(line -> shown.incrementAndGet());
        } catch (UncheckedIOException closed) {
            return; // the way it ends
        }
    }

    /** How many commands came since it began, with the one or two that ask here. */
    long commands() {
        return shown.get() + hidden() - hiddenBefore;
    }

    private long hidden() {
        return server.command("INFO", "commandstats")
                .lines()
                .filter(line -> line.matches(HIDDEN))
                .mapToLong(line -> Long.parseLong(
                        line.replaceFirst(".*calls=(\\d+),.*", "$1").strip()))
                .sum();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
