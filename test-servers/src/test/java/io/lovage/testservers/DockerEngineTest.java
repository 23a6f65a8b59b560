package io.lovage.testservers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without an engine: something that answers as one does, or does not. */
@Timeout(60)
class DockerEngineTest {
    @TempDir
    private Path folder;

    @Test
    void isThereWhereItAnswers() throws IOException {
        Path socket = folder.resolve("docker.sock");
        try (ServerSocketChannel listener = listen(socket)) {
            CompletableFuture<String> asked = answerOnce(listener, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK");
            assertThat(DockerEngine.at(folder.resolve("other.sock"), socket).missing())
                    .isEmpty();
            assertThat(asked.join()).startsWith("GET /_ping HTTP/1.1\r\n");
        }
    }

    private static ServerSocketChannel listen(Path socket) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
    }

    /** Gives one caller an answer, and returns what it asked. */
    private static CompletableFuture<String> answerOnce(ServerSocketChannel listener, String answer) {
        CompletableFuture<String> asked = new CompletableFuture<>();
        Thread engine = new Thread(() -> {
            try (SocketChannel caller = listener.accept()) {
                ByteBuffer question = ByteBuffer.allocate(1_000);
                caller.read(question);
                caller.write(ByteBuffer.wrap(answer.getBytes(US_ASCII)));
                asked.complete(new String(question.array(), 0, question.position(), US_ASCII));
            } catch (IOException e) {
                asked.completeExceptionally(e);
            }
        });
        engine.setDaemon(true);
        engine.start();
        return asked;
    }

    @Test
    void isNotThereWithoutASocketOrWhereSomethingElseAnswers() throws IOException {
        Path socket = folder.resolve("docker.sock");
        assertThat(DockerEngine.at(socket).missing()).contains("no Docker engine answers at [" + socket + "]");
        try (ServerSocketChannel listener = listen(socket)) {
            CompletableFuture<String> asked = answerOnce(listener, "SSH-2.0-x\r\n");
            assertThat(DockerEngine.at(socket).missing()).isPresent();
            assertThat(asked).succeedsWithin(java.time.Duration.ofSeconds(30));
        }
        assertThat(socket).exists();
        assertThat(DockerEngine.at(socket).missing())
                .as("a socket that nobody serves any more")
                .isPresent();
    }

    @Test
    void isNotThereWhenItIsSilent() throws IOException {
        Path socket = folder.resolve("docker.sock");
        try (ServerSocketChannel silent = listen(socket)) {
            assertThat(DockerEngine.at(socket).missing()).isPresent();
            assertThat(silent.isOpen()).isTrue();
        }
    }

    @Test
    void isWhereDockerHostSaysButOnThisMachineOnly() {
        assertThat(DockerEngine.from(Map.of("DOCKER_HOST", "unix:///some/where.sock"))
                        .sockets())
                .containsExactly(Path.of("/some/where.sock"));
        assertThat(DockerEngine.from(Map.of("DOCKER_HOST", "tcp://build.example:2375"))
                        .missing())
                .contains("DOCKER_HOST=tcp://build.example:2375 names a Docker engine that is not on this machine");
        assertThat(DockerEngine.from(Map.of("DOCKER_HOST", "tcp://127.0.0.1:" + Ports.free()))
                        .missing())
                .contains("no Docker engine answers at DOCKER_HOST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://localhost", "unix:docker.sock", "tcp://a b"})
    void isNowhereWhenDockerHostIsNoAddress(String host) {
        assertThatThrownBy(() -> DockerEngine.from(Map.of("DOCKER_HOST", host)))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining("DOCKER_HOST=" + host)
                .hasMessageContaining("tcp://host:port");
    }

    @Test
    void isOtherwiseSearchedAtTheUsualPlaces() {
        DockerEngine engine = DockerEngine.from(Map.of("HOME", "/home/me", "XDG_RUNTIME_DIR", "/run/user/1000"));
        assertThat(engine.sockets())
                .containsExactly(
                        Path.of("/var/run/docker.sock"),
                        Path.of("/run/user/1000/docker.sock"),
                        Path.of("/home/me/.docker/run/docker.sock"),
                        Path.of("/home/me/.docker/desktop/docker.sock"));
    }
}
