package io.lovage.testservers;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a node of Kafka says about its cluster. Asked in the protocol itself, so that this module needs no client: a
 * node takes connections, and answers other questions, before it serves.
 *
 * @param nodes the nodes that serve, by their numbers
 */
record KafkaMetadata(Set<Integer> nodes) {
    private static final int METADATA = 3;
    private static final int VERSION = 1;
    private static final int NO_TEXT = -1;
    private static final int CORRELATION = 7;

    /** The answer of the node at a port on 127.0.0.1 that wants neither TLS nor a name; empty when there is none. */
    static Optional<KafkaMetadata> of(int port) {
        try (Socket socket = Handshake.connect(port)) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            byte[] question = question();
            out.writeInt(question.length);
            out.write(question);
            out.flush();
            return Optional.of(new KafkaMetadata(nodes(new DataInputStream(socket.getInputStream()))));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static byte[] question() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(METADATA);
        out.writeShort(VERSION);
        out.writeInt(CORRELATION);
        out.writeShort(NO_TEXT); // the name of this client
        out.writeInt(0); // about no topic
        return bytes.toByteArray();
    }

    private static Set<Integer> nodes(DataInputStream in) throws IOException {
        in.readInt(); // the length of the answer
        if (in.readInt() != CORRELATION) {
            throw new IOException("this is no Kafka");
        }
        Set<Integer> nodes = new HashSet<>();
        for (int left = in.readInt(); left > 0; left--) {
            nodes.add(in.readInt());
            skipText(in); // host
            in.readInt(); // port
            skipText(in); // rack
        }
        return nodes;
    }

    private static void skipText(DataInputStream in) throws IOException {
        int length = in.readShort();
        if (length > 0) {
            in.skipNBytes(length);
        }
    }
}
