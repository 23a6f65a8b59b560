package io.lovage.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on 127.0.0.1 that does to connections what networks do. It begins by passing everything; each direction
 * can be changed at any time, for connections that are open as well as for those to come. Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {
    /** Which way bytes flow. */
    public enum Direction {
        TO_SERVER,
        TO_CLIENT
    }

    private static final Duration JOIN_LIMIT = Duration.ofSeconds(10);
    private static final int BACKLOG = 128;

    private final InetSocketAddress server;
    private final int port;
    private final String name;
    private final Lane toServer = new Lane();
    private final Lane toClient = new Lane();
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private @Nullable ServerSocket listener;
    private @Nullable Thread acceptor;
    private boolean closed;

    private FaultProxy(String host, int serverPort, int port) {
        this.server = new InetSocketAddress(host, serverPort);
        this.port = port;
        this.name = "fault-proxy-" + port;
    }

    /** A proxy in front of a port on 127.0.0.1. */
    public static FaultProxy to(int serverPort) {
        return to("127.0.0.1", serverPort);
    }

    /** A proxy in front of a server anywhere. */
    public static FaultProxy to(String host, int serverPort) {
        return accepting(new FaultProxy(host, serverPort, Ports.free()));
    }

    /** A proxy at a given port, in front of a port on 127.0.0.1. */
    static FaultProxy at(int port, int serverPort) {
        return accepting(new FaultProxy("127.0.0.1", serverPort, port));
    }

    private static FaultProxy accepting(FaultProxy proxy) {
        proxy.accept();
        return proxy;
    }

    /** Where clients connect, on 127.0.0.1. The same for the life of the proxy. */
    public int port() {
        return port;
    }

    /** The URL of the server with this proxy's address in it. Everything but host and port stays. */
    public String url(String serverUrl) {
        return serverUrl.replaceFirst("(://(?:[^@/?#]*@)?)[^/?#]*", "$1127.0.0.1:" + port);
    }

    /** How many connections go through the proxy now. */
    public int connections() {
        return connections.size();
    }

    /** How many connections have been accepted so far. */
    public int accepted() {
        return accepted.get();
    }

    /** How many bytes have passed one way so far, over all connections. */
    public long passed(Direction direction) {
        return lane(direction).passed();
    }

    /** Passes everything both ways, what was held back first. Does not undo {@link #refuse}. */
    public void pass() {
        pass(Direction.TO_SERVER);
        pass(Direction.TO_CLIENT);
    }

    /** Passes everything one way, what was held back first. */
    public void pass(Direction direction) {
        lane(direction).pass();
    }

    /** Holds back everything one way, in silence: connections stay open, nothing arrives. */
    public void blackHole(Direction direction) {
        lane(direction).blackHole();
    }

    /** Holds back everything both ways. */
    public void blackHole() {
        blackHole(Direction.TO_SERVER);
        blackHole(Direction.TO_CLIENT);
    }

    /** Delays what flows one way: every portion by {@code delay} at least, and by twice that at most under load. */
    public void delay(Direction direction, Duration delay) {
        lane(direction).delay(delay);
    }

    /** Resets all open connections, both ends. New ones are accepted as before. */
    public void cut() {
        List.copyOf(connections).forEach(ProxiedConnection::reset);
    }

    /**
     * Lets a number of bytes pass one way, counted over all connections from now on, then resets the connection that
     * wanted to send one more. Happens once.
     *
     * @return completes when the connection has been reset
     */
    public CompletionStage<Void> cutAfter(Direction direction, long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes must not be negative: " + bytes);
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        lane(direction).cutAfter(bytes, done);
        return done;
    }

    private Lane lane(Direction direction) {
        return direction == Direction.TO_SERVER ? toServer : toClient;
    }

    /** Refuses new connections, as a port does on which nobody listens. Open ones stay. */
    public void refuse() {
        Thread listening;
        synchronized (this) {
            ServerSocket current = listener;
            listener = null;
            closeQuietly(current);
            listening = acceptor;
        }
        // a thread inside accept() keeps the closed port alive for a moment: only when it has left is it refused
        if (listening != null && listening != Thread.currentThread()) {
            joined(listening);
        }
    }

    /** Accepts new connections again, on the same port. */
    public synchronized void accept() {
        if (closed) {
            throw new IllegalStateException("the proxy is closed");
        }
        if (listener != null) {
            return;
        }
        try {
            ServerSocket socket = new ServerSocket();
            listener = socket;
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
            acceptor = begin("accept", () -> acceptFrom(socket));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on 127.0.0.1:" + port, e);
        }
    }

    private void acceptFrom(ServerSocket socket) {
        while (true) {
            Socket client;
            try {
                client = socket.accept();
            } catch (IOException e) {
                return; // refused or closed
            }
            open(client, socket);
        }
    }

    private void open(Socket client, ServerSocket from) {
        ProxiedConnection connection = new ProxiedConnection(client, server, connections::remove);
        synchronized (this) {
            if (listener != from) {
                connection.reset();
                return;
            }
            connections.add(connection);
        }
        int number = accepted.incrementAndGet();
        begin(number + "-to-server", () -> {
            if (connection.connect()) {
                begin(number + "-to-client", () -> connection.pump(Direction.TO_CLIENT, toClient));
                connection.pump(Direction.TO_SERVER, toServer);
            }
        });
    }

    private Thread begin(String role, Runnable work) {
        Thread thread = new Thread(
                () -> {
                    work.run();
                    threads.remove(Thread.currentThread());
                },
                name + "-" + role);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return thread;
    }

    /** Resets everything that is open and returns when no thread of the proxy is left. Idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        refuse();
        pass();
        cut();
        // a thread that is about to end may still have begun another one
        for (List<Thread> left = others(); !left.isEmpty(); left = others()) {
            if (!joined(left.get(0))) {
                return;
            }
        }
    }

    synchronized boolean isClosed() {
        return closed;
    }

    private List<Thread> others() {
        return threads.stream()
                .filter(thread -> thread.isAlive() && thread != Thread.currentThread())
                .toList();
    }

    private static boolean joined(Thread thread) {
        try {
            thread.join(JOIN_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        if (thread.isAlive()) {
            throw new ServerException("thread " + thread.getName() + " did not end within " + JOIN_LIMIT);
        }
        return true;
    }

    private static void closeQuietly(@Nullable ServerSocket socket) {
        if (socket == null) {
            return;
        }
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
