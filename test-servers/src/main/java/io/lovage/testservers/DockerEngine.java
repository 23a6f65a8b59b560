package io.lovage.testservers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether containers can be used here. A question to the engine's socket takes milliseconds; Testcontainers' own search
 * for an engine can take half a minute and many lines of log. Immutable.
 *
 * @param sockets where an engine may listen
 * @param loopbackPort or there
 * @param elsewhere the address of an engine that is not on this machine; its ports are not on our loopback
 */
record DockerEngine(List<Path> sockets, OptionalInt loopbackPort, Optional<String> elsewhere) {
    private static final Logger LOG = LoggerFactory.getLogger(DockerEngine.class);
    private static final String HOST = "DOCKER_HOST";
    private static final Set<String> HERE = Set.of("localhost", "127.0.0.1");
    private static final int TIMEOUT_MILLIS = 2_000;
    private static final byte[] QUESTION =
            "GET /_ping HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String ANSWER = "HTTP/1.";

    /**
     * The engine that {@code DOCKER_HOST} names, else one at a usual place.
     *
     * @throws ServerException when it names none
     */
    static DockerEngine from(Map<String, String> environment) {
        String host = environment.getOrDefault(HOST, "");
        if (host.isEmpty()) {
            return at(usualPlaces(environment).toArray(Path[]::new));
        }
        URI uri = address(host);
        if ("unix".equals(uri.getScheme())) {
            return at(Path.of(uri.getPath()));
        }
        if ("tcp".equals(uri.getScheme()) && uri.getHost() != null && HERE.contains(uri.getHost())) {
            if (uri.getPort() < 0) {
                throw noAddress(host);
            }
            return new DockerEngine(List.of(), OptionalInt.of(uri.getPort()), Optional.empty());
        }
        return new DockerEngine(List.of(), OptionalInt.empty(), Optional.of(host));
    }

    private static URI address(String host) {
        try {
            URI uri = new URI(host);
            if ("unix".equals(uri.getScheme()) && uri.getPath() == null) {
                throw noAddress(host);
            }
            return uri;
        } catch (URISyntaxException e) {
            throw noAddress(host);
        }
    }

    private static ServerException noAddress(String host) {
        return new ServerException(HOST + "=" + host
                + " is no address of a Docker engine: unix:///path/of/docker.sock or tcp://host:port is expected");
    }

    static DockerEngine at(Path... sockets) {
        return new DockerEngine(List.of(sockets), OptionalInt.empty(), Optional.empty());
    }

    private static Stream<Path> usualPlaces(Map<String, String> environment) {
        Stream<Path> ofRoot = Stream.of(Path.of("/var/run/docker.sock"));
        Stream<Path> ofUser =
                Stream.ofNullable(environment.get("XDG_RUNTIME_DIR")).map(Path::of);
        Stream<Path> ofHome = Stream.ofNullable(environment.get("HOME"))
                .flatMap(home -> Stream.of(Path.of(home, ".docker", "run"), Path.of(home, ".docker", "desktop")));
        return Stream.concat(ofRoot, Stream.concat(ofUser, ofHome).map(folder -> folder.resolve("docker.sock")));
    }

    /** Why there are no containers here; empty when an engine answers. */
    Optional<String> missing() {
        if (elsewhere.isPresent()) {
            return Optional.of(HOST + "=" + elsewhere.get() + " names a Docker engine that is not on this machine");
        }
        if (loopbackPort.isPresent()) {
            SocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), loopbackPort.getAsInt());
            return answers(here) ? Optional.empty() : Optional.of("no Docker engine answers at " + HOST);
        }
        boolean found = sockets.stream()
                .filter(Files::exists)
                .map(UnixDomainSocketAddress::of)
                .anyMatch(DockerEngine::answers);
        return found ? Optional.empty() : Optional.of("no Docker engine answers at " + sockets);
    }

    private static boolean answers(SocketAddress address) {
        try (SocketChannel channel = open(address);
                Selector selector = Selector.open()) {
            channel.connect(address);
            channel.write(ByteBuffer.wrap(QUESTION));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            ByteBuffer answer = ByteBuffer.allocate(ANSWER.length());
            while (answer.hasRemaining()) {
                if (selector.select(TIMEOUT_MILLIS) == 0 || channel.read(answer) < 0) {
                    return false;
                }
                selector.selectedKeys().clear();
            }
            return new String(answer.array(), StandardCharsets.US_ASCII).equals(ANSWER);
        } catch (IOException e) {
            LOG.debug("no Docker engine at {}", address, e);
            return false;
        }
    }

    private static SocketChannel open(SocketAddress address) throws IOException {
        return address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
    }
}
