package io.lovage.testservers;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Sends single commands to a Redis on 127.0.0.1, each on a connection of its own, and gives the answer as text: a list
 * as lines, nil as an empty text. Thread-safe.
 *
 * @param login the words after {@code AUTH}; empty without
 */
record RedisClient(int port, List<String> login) {
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int WAIT_MILLIS = 2_000;
    private static final int WAITS = 15;

    /** What is asked over one connection. */
    private interface Conversation {
        String hold(Socket socket, InputStream in) throws IOException;
    }

    /**
     * Runs a command.
     *
     * @throws ServerException when the server does not answer within 5 seconds or answers with an error
     */
    String run(String... command) {
        return connected(command[0], (socket, in) -> exchange(socket, in, Arrays.asList(command)));
    }

    /**
     * Runs a command that writes, and returns when a replica has what it wrote. {@code WAIT} asks for that, but speaks
     * only of what was written over its own connection: on a new one it is content with any replica.
     *
     * @throws ServerException as {@link #run}, and when no replica has it within 30 seconds
     */
    String runReplicated(String... command) {
        return connected(command[0], (socket, in) -> {
            String answer = exchange(socket, in, Arrays.asList(command));
            List<String> wait = List.of("WAIT", "1", String.valueOf(WAIT_MILLIS));
            for (int i = 0; i < WAITS; i++) {
                if (!exchange(socket, in, wait).equals("0")) {
                    return answer;
                }
            }
            throw new ServerException("no replica of the Redis on port " + port + " has what " + command[0] + " wrote");
        });
    }

    private String connected(String command, Conversation conversation) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            if (!login.isEmpty()) {
                List<String> words = new ArrayList<>(List.of("AUTH"));
                words.addAll(login);
                exchange(socket, in, words);
            }
            return conversation.hold(socket, in);
        } catch (IOException e) {
            throw new ServerException(
                    "no answer from the Redis on port " + port + " to " + command + ": " + e.getMessage(), e);
        }
    }

    /** Whether the server answers a command with exactly this; false also when it does not answer at all. */
    boolean answers(String expected, String... command) {
        return attempt(command).filter(expected::equals).isPresent();
    }

    /** The answer to a command, empty when there is none or an error. For waiting. */
    Optional<String> attempt(String... command) {
        try {
            return Optional.of(run(command));
        } catch (ServerException e) {
            return Optional.empty();
        }
    }

    /** A field of {@code INFO} or of anything else that answers with lines of the form {@code field:value}. */
    static Optional<String> field(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst();
    }

    private static String exchange(Socket socket, InputStream in, List<String> words) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(bytes("*" + words.size() + "\r\n"));
        for (String word : words) {
            byte[] content = bytes(word);
            request.writeBytes(bytes("$" + content.length + "\r\n"));
            request.writeBytes(content);
            request.writeBytes(bytes("\r\n"));
        }
        socket.getOutputStream().write(request.toByteArray());
        return answer(in, words.get(0));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** One reply of the second version of the protocol. */
    private static String answer(InputStream in, String command) throws IOException {
        String line = line(in);
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+', ':' -> rest;
            case '$' -> bulk(in, Integer.parseInt(rest));
            case '*' -> list(in, Integer.parseInt(rest), command);
            case '-' -> throw new ServerException("Redis refused " + command + ": " + rest);
            default -> throw new IOException("not an answer of Redis: " + line);
        };
    }

    private static String bulk(InputStream in, int length) throws IOException {
        if (length < 0) {
            return "";
        }
        byte[] content = in.readNBytes(length);
        in.skipNBytes(2);
        return new String(content, StandardCharsets.UTF_8);
    }

    private static String list(InputStream in, int length, String command) throws IOException {
        List<String> elements = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            elements.add(answer(in, command));
        }
        return String.join("\n", elements);
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection was closed");
            }
            line.write(next);
        }
        String text = line.toString(StandardCharsets.UTF_8).stripTrailing();
        if (text.isEmpty()) {
            throw new IOException("an empty line instead of an answer");
        }
        return text;
    }
}
