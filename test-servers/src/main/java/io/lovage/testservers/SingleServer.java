package io.lovage.testservers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A server of one node, and its life, which is the same for every kind of server: killed, frozen and started again any
 * number of times, stopped once. Thread-safe.
 *
 * <p>No public method is final: the compiler then repeats it in the public classes, where a method reference from
 * another package finds it.
 */
abstract class SingleServer implements TestServer {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    /** A second way in, for TLS clients. */
    private record TlsListener(int port, TestCertificates certificates) {}

    private final String name;
    private final Path folder;
    private final int port = Ports.free();
    private final @Nullable TlsListener tls;
    private volatile boolean stopped;

    /**
     * Begins; nothing runs yet.
     *
     * @param name for messages
     */
    SingleServer(String name, boolean withTls) {
        this.name = name;
        this.folder = Leftovers.ofThisJvm().folder(name.toLowerCase(Locale.ROOT));
        this.tls = withTls ? new TlsListener(Ports.free(), TestCertificates.create(folder.resolve("tls"))) : null;
    }

    /** What runs; always the same. */
    abstract Hosting hosting();

    /** Whether clients are served. */
    abstract boolean answers();

    /** Before each start of the process. */
    void beforeLaunch() {}

    /** After each start, when it serves. */
    void afterLaunch() {}

    /** When the process has ended for good. */
    void afterStop() {}

    /** Starts a server that was just made; one that does not come up leaves nothing behind. */
    static <S extends SingleServer> S started(S server) {
        try {
            server.launch();
            return server;
        } catch (RuntimeException e) {
            server.stop();
            throw e;
        }
    }

    final synchronized void launch() {
        if (stopped) {
            throw new IllegalStateException("this " + name + " was stopped; start another one");
        }
        beforeLaunch();
        hosting().start(START_LIMIT, this::answers);
        afterLaunch();
    }

    /** Where everything of this server is; gone after {@link #stop}. */
    final Path folder() {
        return folder;
    }

    /**
     * The process of the server, for faults this class has no method for.
     *
     * @throws IllegalStateException when it is not running, or in a container
     */
    public long pid() {
        return hosting().pid();
    }

    @Override
    public int port() {
        return port;
    }

    /** The port of the TLS listener on 127.0.0.1; empty without TLS. */
    public OptionalInt tlsPort() {
        return tls == null ? OptionalInt.empty() : OptionalInt.of(tls.port());
    }

    /**
     * What a client needs to trust this server.
     *
     * @throws IllegalStateException when the server was started without TLS
     */
    public TestCertificates certificates() {
        return tls().certificates();
    }

    /** Host and port for TLS clients; the host is one that the certificate names. */
    final String tlsAddress() {
        return "localhost:" + tls().port();
    }

    /** The files a server needs for its TLS listener; none without TLS. */
    final Stream<Path> tlsFiles() {
        return tls == null
                ? Stream.empty()
                : Stream.of(
                        certificates().authority(),
                        certificates().certificate(),
                        certificates().key());
    }

    private TlsListener tls() {
        if (tls == null) {
            throw new IllegalStateException("this " + name + " has no TLS listener; start it with options that have");
        }
        return tls;
    }

    @Override
    public boolean isRunning() {
        return hosting().isAlive();
    }

    @Override
    public void kill() {
        hosting().kill();
    }

    @Override
    public void restart() {
        hosting().terminate();
        launch();
    }

    @Override
    public void freeze() {
        hosting().freeze();
    }

    @Override
    public void resume() {
        hosting().resume();
    }

    @Override
    public synchronized void stop() {
        stopped = true;
        hosting().terminate();
        hosting().remove();
        afterStop();
        Leftovers.remove(folder);
    }
}
