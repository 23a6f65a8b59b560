package io.lovage.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A private Redis. It starts in less than a tenth of a second; any number can run at the same time. Thread-safe.
 *
 * <p>With {@link RedisOptions#ofDefaults} everything it confirmed survives {@link #kill}: the operating system has what
 * was not yet synced to the disk.
 */
public final class RedisServer extends SingleServer {
    private static final String IMAGE_VARIABLE = "LOVAGE_TEST_REDIS_IMAGE";
    /** The version all tests were run with as a private process. */
    private static final String IMAGE = "redis:7.0";

    private static final Placement IN_CONTAINER =
            new Placement("0.0.0.0", 6379, 6380, Path.of("/lovage"), Path.of("/data"));
    private static final String OPERATOR = "lovage-test-servers";

    private final RedisOptions options;
    private final RedisClient client;
    private final Placement placement;
    private final Hosting hosting;

    /** A process of a program, or a container. */
    private RedisServer(RedisOptions options, Optional<Path> program) {
        super("Redis", options.tls());
        this.options = options;
        this.client = new RedisClient(port(), login(options));
        this.placement = program.isPresent() ? Placement.onThisMachine(this) : IN_CONTAINER;
        this.hosting = program.<Hosting>map(this::process).orElseGet(this::container);
    }

    private PrivateProcess process(Path program) {
        return new PrivateProcess(new PrivateProcess.Command(
                "Redis",
                List.of(program.toString(), configFile().toString()),
                variable -> true,
                Map.of(),
                folder(),
                folder().resolve("redis.out")));
    }

    private PrivateContainer container() {
        Map<Integer, Integer> ports = new LinkedHashMap<>();
        ports.put(port(), placement.port());
        tlsPort().ifPresent(tlsPort -> ports.put(tlsPort, placement.tlsPort()));
        return new PrivateContainer(new PrivateContainer.Content(
                "Redis",
                Optional.ofNullable(System.getenv(IMAGE_VARIABLE)).orElse(IMAGE),
                ports,
                Map.of(),
                Stream.concat(Stream.of(configFile()), tlsFiles()).collect(Collectors.toMap(this::seen, file -> file)),
                List.of("redis-server", seen(configFile()))));
    }

    private String seen(Path file) {
        return placement.of(file, this);
    }

    private static List<String> login(RedisOptions options) {
        if (!options.users().isEmpty()) {
            return List.of(OPERATOR, UUID.randomUUID().toString());
        }
        return Stream.ofNullable(options.config().get("requirepass")).toList();
    }

    /** Why there can be no private Redis here, and what to do; empty when there can. */
    public static Optional<String> missing() {
        return program().isPresent()
                ? Optional.empty()
                : Optional.of("Redis is not installed (Debian and Ubuntu: apt-get install redis-server)");
    }

    /** The server's program, which is also the sentinel's. */
    static Optional<Path> program() {
        return Programs.find("redis-server").or(() -> Programs.find("valkey-server"));
    }

    /** Starts a server with default options. */
    public static RedisServer start() {
        return start(RedisOptions.ofDefaults());
    }

    /**
     * Starts a server and returns when it answers.
     *
     * @throws ServerException when it is not installed, refuses its options or is not ready within 120 seconds
     */
    public static RedisServer start(RedisOptions options) {
        Path program = program().orElseThrow(() -> new ServerException(missing().orElse("Redis is not installed")));
        return start(new RedisServer(options, Optional.of(program)));
    }

    /**
     * Starts a server in a container and returns when it answers. Everything else is as with {@link #start}, but for
     * {@link #pid}.
     *
     * @throws ServerException when there is no engine, the server refuses its options or is not ready within 120
     *     seconds
     */
    static RedisServer startContainer(RedisOptions options) {
        return start(new RedisServer(options, Optional.empty()));
    }

    private static RedisServer start(RedisServer redis) {
        redis.writeConfig();
        return started(redis);
    }

    private Path configFile() {
        return folder().resolve("redis.conf");
    }

    /** Once only: the server itself changes the file when it is told its role. */
    private void writeConfig() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("bind", placement.address());
        all.put("port", Integer.toString(placement.port()));
        all.put("dir", quoted(placement.data().toString()));
        all.putAll(options.config());
        if (options.tls()) {
            all.put("tls-port", Integer.toString(placement.tlsPort()));
            all.put("tls-ca-cert-file", quoted(seen(certificates().authority())));
            all.put("tls-cert-file", quoted(seen(certificates().certificate())));
            all.put("tls-key-file", quoted(seen(certificates().key())));
            all.put("tls-auth-clients", "no");
        }
        Stream<String> directives = all.entrySet().stream().map(entry -> entry.getKey() + " " + entry.getValue());
        try {
            Files.writeString(
                    configFile(), Stream.concat(directives, users()).collect(Collectors.joining("\n", "", "\n")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String quoted(String path) {
        return '"' + path + '"';
    }

    private Stream<String> users() {
        if (options.users().isEmpty()) {
            return Stream.empty();
        }
        String operator = OPERATOR + " on >" + client.login().get(1) + " ~* &* +@all";
        return Stream.concat(options.users().stream(), Stream.of(operator)).map(user -> "user " + user);
    }

    @Override
    Hosting hosting() {
        return hosting;
    }

    @Override
    boolean answers() {
        return client.answers("PONG", "PING");
    }

    /** Where clients connect, with the password of {@link RedisOptions#password} if there is one. */
    @Override
    public String url() {
        return "redis://" + credentials() + "127.0.0.1:" + port() + "/0";
    }

    /**
     * Where TLS clients connect.
     *
     * @throws IllegalStateException when the server was started without TLS
     */
    public String tlsUrl() {
        return "rediss://" + credentials() + tlsAddress() + "/0";
    }

    private String credentials() {
        String password = options.config().get("requirepass");
        return password == null ? "" : ":" + password + "@";
    }

    /**
     * Runs a command as an administrator, also where users and passwords are set, on a connection of its own. The
     * answer is text as {@code redis-cli} prints it into a pipe: the elements of a list on lines of their own, a number
     * in decimal, nil as an empty text.
     *
     * @throws ServerException when there is no answer within 5 seconds, or an error
     */
    public String command(String... words) {
        return client.run(words);
    }

    /**
     * The same for a command that writes, on a server with replicas: returns when one of them has what it wrote.
     *
     * @throws ServerException also when none has it within 30 seconds
     */
    public String replicatedCommand(String... words) {
        return client.runReplicated(words);
    }

    /**
     * A field of {@code INFO}, for instance {@code connected_clients}; empty when this server has none of that name.
     */
    public Optional<String> info(String field) {
        return RedisClient.field(command("INFO", "everything"), field);
    }

    /** For waiting until something holds of this server. */
    RedisClient client() {
        return client;
    }

    /** Whether it takes writes; false when it does not answer. */
    boolean isPrimary() {
        return replication("role").filter("master"::equals).isPresent();
    }

    /** Whether it is a replica that has all its primary has; false when it does not answer. */
    boolean followsItsPrimary() {
        return replication("role").filter("slave"::equals).isPresent()
                && replication("master_link_status").filter("up"::equals).isPresent();
    }

    private Optional<String> replication(String field) {
        return client.attempt("INFO", "replication").flatMap(info -> RedisClient.field(info, field));
    }
}
