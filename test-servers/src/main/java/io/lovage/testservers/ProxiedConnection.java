package io.lovage.testservers;

import io.lovage.testservers.FaultProxy.Direction;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection through a {@link FaultProxy}: a socket on each side and a thread for each direction. Thread-safe. */
final class ProxiedConnection {
    private static final Logger LOG = LoggerFactory.getLogger(ProxiedConnection.class);
    private static final int PORTION = 64 * 1024;
    private static final int CONNECT_MILLIS = 10_000;

    private final Socket client;
    private final Socket server = new Socket();
    private final InetSocketAddress serverAddress;
    private final Consumer<ProxiedConnection> ended;
    private final AtomicInteger directionsOpen = new AtomicInteger(2);

    ProxiedConnection(Socket client, InetSocketAddress serverAddress, Consumer<ProxiedConnection> ended) {
        this.client = client;
        this.serverAddress = serverAddress;
        this.ended = ended;
    }

    /** Connects to the server; when it refuses, the client is reset. */
    boolean connect() {
        try {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.connect(serverAddress, CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            LOG.debug("no connection to {}", serverAddress, e);
            reset();
            return false;
        }
    }

    /** Carries bytes one way until the sender ends or the connection is reset. */
    void pump(Direction direction, Lane lane) {
        Socket from = direction == Direction.TO_SERVER ? client : server;
        Socket to = direction == Direction.TO_SERVER ? server : client;
        try {
            carry(from.getInputStream(), to.getOutputStream(), lane);
            to.shutdownOutput();
            if (directionsOpen.decrementAndGet() == 0) {
                close();
            }
        } catch (IOException e) {
            // one end is gone; the other must learn it in the same way
            reset();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            reset();
        }
    }

    private void carry(InputStream in, OutputStream out, Lane lane) throws IOException, InterruptedException {
        byte[] portion = new byte[PORTION];
        while (true) {
            int read = in.read(portion);
            lane.await(); // the end of the stream is held back like everything else
            if (read < 0) {
                return;
            }
            int passing = lane.take(read);
            out.write(portion, 0, passing);
            if (passing < read) {
                reset();
                lane.wasCut();
                return;
            }
        }
    }

    /** Ends both sides with a reset, as a crash does. Harmless when they have ended. */
    void reset() {
        reset(client);
        reset(server);
        ended.accept(this);
    }

    private static void reset(Socket socket) {
        try (socket) {
            if (!socket.isClosed()) {
                socket.setSoLinger(true, 0);
            }
        } catch (IOException e) {
            LOG.debug("socket was closed already", e);
        }
    }

    private void close() throws IOException {
        client.close();
        server.close();
        ended.accept(this);
    }
}
