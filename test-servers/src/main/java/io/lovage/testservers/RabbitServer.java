package io.lovage.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A private RabbitMQ with one node. Thread-safe.
 *
 * <p>User and password are guest and guest. It takes 4 to 9 seconds to start on an idle machine; several can run at the
 * same time.
 */
public abstract sealed class RabbitServer extends SingleServer permits RabbitProcess, RabbitContainer {
    private final RabbitOptions options;
    private volatile boolean controllable;

    RabbitServer(RabbitOptions options) {
        super("RabbitMQ", options.tls());
        this.options = options;
    }

    /** Why there can be no private RabbitMQ here, and what to do; empty when there can. */
    public static Optional<String> missing() {
        return RabbitInstallation.find().isPresent()
                ? Optional.empty()
                : Optional.of("RabbitMQ is not installed (Debian and Ubuntu: apt-get install rabbitmq-server;"
                        + " elsewhere unpack it and set RABBITMQ_HOME)");
    }

    /** Starts a server with default options. */
    public static RabbitServer start() {
        return start(RabbitOptions.ofDefaults());
    }

    /**
     * Starts a server as a process of this machine and returns when it answers.
     *
     * @throws ServerException when it is not installed, refuses its options or is not ready within 120 seconds
     */
    public static RabbitServer start(RabbitOptions options) {
        RabbitInstallation found = RabbitInstallation.find()
                .orElseThrow(() -> new ServerException(missing().orElse("RabbitMQ is not installed")));
        return start(new RabbitProcess(found, options));
    }

    /**
     * Starts a server in a container and returns when it answers. Everything else is as with {@link #start}, but for
     * {@link #pid}.
     *
     * @throws ServerException when there is no engine, the server refuses its options or is not ready within 120
     *     seconds
     */
    static RabbitServer startContainer(RabbitOptions options) {
        return start(new RabbitContainer(options));
    }

    private static RabbitServer start(RabbitServer rabbit) {
        rabbit.writeFiles();
        return started(rabbit);
    }

    abstract Placement placement();

    final String seen(Path file) {
        return placement().of(file, this);
    }

    final Path configFile() {
        return folder().resolve("rabbitmq.conf");
    }

    final Path advancedFile() {
        return folder().resolve("advanced.config");
    }

    final Path pluginsFile() {
        return folder().resolve("enabled_plugins");
    }

    private void writeFiles() {
        String plugins = String.join(",", options.plugins());
        String advanced =
                options.advanced().isEmpty() ? "[]." : "[{rabbit,[" + String.join(",", options.advanced()) + "]}].";
        try {
            Files.writeString(pluginsFile(), "[" + plugins + "].\n");
            Files.writeString(advancedFile(), advanced + "\n");
            Files.writeString(configFile(), config());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String config() {
        Map<String, String> all = new LinkedHashMap<>(options.config());
        // a container's engine stands between a client and the loopback
        all.put("loopback_users.guest", "false");
        if (options.tls()) {
            all.put("listeners.ssl.1", placement().address() + ":" + placement().tlsPort());
            all.put("ssl_options.cacertfile", seen(certificates().authority()));
            all.put("ssl_options.certfile", seen(certificates().certificate()));
            all.put("ssl_options.keyfile", seen(certificates().key()));
            all.put("ssl_options.verify", "verify_none");
            all.put("ssl_options.fail_if_no_peer_cert", "false");
        }
        return all.entrySet().stream()
                .map(entry -> entry.getKey() + " = " + entry.getValue() + "\n")
                .collect(Collectors.joining());
    }

    @Override
    void beforeLaunch() {
        controllable = false;
    }

    @Override
    boolean answers() {
        return Handshake.isRabbit(port());
    }

    @Override
    public String url() {
        return "amqp://guest:guest@127.0.0.1:" + port() + "/";
    }

    /**
     * Where TLS clients connect.
     *
     * @throws IllegalStateException when the server was started without TLS
     */
    public String tlsUrl() {
        return "amqps://guest:guest@" + tlsAddress() + "/";
    }

    /**
     * Runs {@code rabbitmqctl} on this server, which takes about a second, and returns what it printed.
     *
     * @throws ServerException when it fails, with what it printed
     */
    public String control(String... arguments) {
        if (!controllable) {
            // the server takes clients shortly before it counts as started, and until then refuses most commands
            runControl(Stream.of("await_startup"));
            controllable = true;
        }
        return runControl(Stream.of(arguments));
    }

    abstract String runControl(Stream<String> arguments);
}
