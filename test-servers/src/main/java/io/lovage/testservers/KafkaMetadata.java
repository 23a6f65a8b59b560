package io.lovage.testservers;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a node of Kafka says about its cluster. Asked in the protocol itself, so that this module needs no client: a
 * node takes connections, and answers other questions, before it serves.
 *
 * @param nodes the nodes that serve, by their numbers
 * @param topics the names of all topics, Kafka's own among them
 */
record KafkaMetadata(Set<Integer> nodes, Set<String> topics) {
    private static final int METADATA = 3;
    private static final int VERSION = 1;
    private static final int NO_TEXT = -1;
    private static final int ALL = -1;
    private static final int CORRELATION = 7;

    /** The answer of the node at a port on 127.0.0.1 that wants neither TLS nor a name; empty when there is none. */
    static Optional<KafkaMetadata> of(int port) {
        try (Socket socket = Handshake.connect(port)) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            byte[] question = question();
            out.writeInt(question.length);
            out.write(question);
            out.flush();
            return Optional.of(read(new DataInputStream(socket.getInputStream())));
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
        out.writeInt(ALL); // of the topics
        return bytes.toByteArray();
    }

    private static KafkaMetadata read(DataInputStream in) throws IOException {
        in.readInt(); // the length of the answer
        if (in.readInt() != CORRELATION) {
            throw new IOException("this is no Kafka");
        }
        Set<Integer> nodes = nodes(in);
        in.readInt(); // the controller
        return new KafkaMetadata(nodes, topics(in));
    }

    private static Set<Integer> nodes(DataInputStream in) throws IOException {
        Set<Integer> nodes = new HashSet<>();
        for (int left = in.readInt(); left > 0; left--) {
            nodes.add(in.readInt());
            text(in); // host
            in.readInt(); // port
            text(in); // rack
        }
        return nodes;
    }

    private static Set<String> topics(DataInputStream in) throws IOException {
        Set<String> topics = new HashSet<>();
        for (int left = in.readInt(); left > 0; left--) {
            in.readShort(); // whether it can be used
            topics.add(text(in));
            in.readBoolean(); // whether it is one of Kafka's own
            for (int partitions = in.readInt(); partitions > 0; partitions--) {
                in.readShort(); // whether it can be used
                in.readInt(); // its number
                in.readInt(); // who leads it
                skipNumbers(in); // who has it
                skipNumbers(in); // whose copy is complete
            }
        }
        return topics;
    }

    private static void skipNumbers(DataInputStream in) throws IOException {
        in.skipNBytes((long) in.readInt() * Integer.BYTES);
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readShort();
        return length > 0 ? new String(in.readNBytes(length), StandardCharsets.UTF_8) : "";
    }
}
