package io.lovage.testservers;

import java.nio.file.Path;

/**
 * Where a server finds itself: addresses and files as it sees them, which in a container are not ours.
 *
 * @param address where it listens
 * @param tlsPort of no meaning without TLS
 * @param files what corresponds to {@link SingleServer#folder}
 * @param data where it may write
 */
record Placement(String address, int port, int tlsPort, Path files, Path data) {
    static Placement onThisMachine(SingleServer server) {
        return new Placement("127.0.0.1", server.port(), server.tlsPort().orElse(0), server.folder(), server.folder());
    }

    /** A file of the server's folder as the server sees it. */
    String of(Path file, SingleServer server) {
        return files.resolve(server.folder().relativize(file).toString()).toString();
    }
}
