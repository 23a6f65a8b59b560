package io.lovage.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** One sentinel: the server's own program in another role. Thread-safe. */
final class RedisSentinel extends SingleServer {
    private final String primaryName;
    private final RedisClient client = new RedisClient(port(), List.of());
    private final PrivateProcess process;

    private RedisSentinel(Path program, String primaryName) {
        super("Sentinel", false);
        this.primaryName = primaryName;
        this.process = new PrivateProcess(new PrivateProcess.Command(
                "Sentinel",
                List.of(program.toString(), configFile().toString(), "--sentinel"),
                variable -> true,
                Map.of(),
                folder(),
                folder().resolve("sentinel.out")));
    }

    /** Starts one that watches a primary; two of three such sentinels are enough to replace it. */
    static RedisSentinel start(Path program, String primaryName, RedisServer primary, Optional<String> password) {
        RedisSentinel sentinel = new RedisSentinel(program, primaryName);
        sentinel.writeConfig(primary, password);
        return started(sentinel);
    }

    private Path configFile() {
        return folder().resolve("sentinel.conf");
    }

    /** Once only: the sentinel keeps what it knows in this file. */
    private void writeConfig(RedisServer primary, Optional<String> password) {
        String config = """
                bind 127.0.0.1
                protected-mode no
                port %d
                dir "%s"
                sentinel monitor %3$s 127.0.0.1 %4$d 2
                sentinel down-after-milliseconds %3$s 1000
                sentinel failover-timeout %3$s 10000
                """.formatted(port(), folder(), primaryName, primary.port());
        String login = password.map(secret -> "sentinel auth-pass " + primaryName + " " + secret + "\n")
                .orElse("");
        try {
            Files.writeString(configFile(), config + login);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    Hosting hosting() {
        return process;
    }

    @Override
    boolean answers() {
        return client.answers("PONG", "PING");
    }

    /**
     * By default it takes more than ten seconds to make a returned primary a replica. Before 7.0 that cannot be set.
     */
    @Override
    void afterLaunch() {
        client.attempt("SENTINEL", "DEBUG", "publish-period", "500", "info-period", "1000");
    }

    @Override
    public String url() {
        return "redis://127.0.0.1:" + port();
    }

    /** The port of the server it holds for the primary; empty when it does not answer. */
    OptionalInt primaryPort() {
        return client.attempt("SENTINEL", "GET-MASTER-ADDR-BY-NAME", primaryName).stream()
                .flatMap(String::lines)
                .skip(1)
                .mapToInt(Integer::parseInt)
                .findFirst();
    }

    /** Whether it knows the others well enough to replace the primary with their help. */
    boolean knows(int otherSentinels, int replicas) {
        List<String> fields = client.attempt("SENTINEL", "MASTER", primaryName)
                .orElse("")
                .lines()
                .toList();
        return valueAfter("num-other-sentinels", fields) == otherSentinels
                && valueAfter("num-slaves", fields) == replicas
                && client.attempt("SENTINEL", "CKQUORUM", primaryName).isPresent();
    }

    /** In a list of names and values. */
    private static int valueAfter(String name, List<String> fields) {
        int at = fields.indexOf(name);
        return at < 0 || at + 1 == fields.size() ? -1 : Integer.parseInt(fields.get(at + 1));
    }
}
