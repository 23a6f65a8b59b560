package io.lovage.testservers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The first words of a protocol: a server that answers them is ready, one that only accepts connections may not be. */
final class Handshake {
    private static final byte[] AMQP = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};
    private static final int TIMEOUT_MILLIS = 2_000;
    private static final int LONGEST_ANSWER = 4_096;

    private Handshake() {}

    static boolean isRabbit(int port) {
        return answers(port, AMQP, "RabbitMQ");
    }

    static boolean isRedis(int port) {
        return answers(port, "PING\r\n".getBytes(StandardCharsets.US_ASCII), "+PONG");
    }

    static boolean connects(int port) {
        try (Socket socket = connect(port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean answers(int port, byte[] greeting, String expected) {
        try (Socket socket = connect(port)) {
            socket.getOutputStream().write(greeting);
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            while (answer.size() < LONGEST_ANSWER) {
                int next = in.read();
                if (next < 0) {
                    return false;
                }
                answer.write(next);
                if (next == expected.charAt(expected.length() - 1)
                        && answer.toString(StandardCharsets.ISO_8859_1).endsWith(expected)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    /** A connection whose reads take two seconds at most. */
    static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
