package io.lovage.rabbitmq;

import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection with its socket. The socket is needed to break a thread out of a write that a silent network blocks:
 * every polite way to close a connection writes, too. Thread-safe.
 */
record Wire(Connection connection, Socket socket) {
    private static final Logger log = LoggerFactory.getLogger(Wire.class);
    private static final int CLOSE_TIMEOUT_MILLIS = 5_000;

    ServerVersion version() {
        return ServerVersion.of(connection.getServerProperties());
    }

    boolean isOpen() {
        return connection.isOpen();
    }

    /** Closes without a word to the server. */
    void kill() {
        try {
            socket.setSoLinger(true, 0);
        } catch (SocketException e) {
            log.debug("the socket is closed already", e);
        }
        try {
            socket.close();
        } catch (IOException e) {
            log.debug("closing the socket failed", e);
        }
    }

    /** Closes in good order, within a few seconds. */
    void close() {
        connection.abort(CLOSE_TIMEOUT_MILLIS);
        kill();
    }
}
