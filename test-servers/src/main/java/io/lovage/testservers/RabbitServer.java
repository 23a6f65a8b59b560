package io.lovage.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A private RabbitMQ with one node. Thread-safe.
 *
 * <p>User and password are guest and guest. It takes 4 to 9 seconds to start on an idle machine; several can run at the
 * same time.
 */
public final class RabbitServer extends SingleServer {
    private static final Duration EPMD_LIMIT = Duration.ofSeconds(30);
    private static final Duration CONTROL_LIMIT = Duration.ofMinutes(1);
    private static final String NODE = "lovage@localhost";

    private final RabbitInstallation installation;
    private final RabbitOptions options;
    private final int distributionPort = Ports.free();
    private final int epmdPort = Ports.free();
    private final PrivateProcess epmd;
    private final PrivateProcess server;
    private volatile boolean controllable;

    private RabbitServer(RabbitInstallation installation, RabbitOptions options) {
        super("RabbitMQ", options.tls());
        this.installation = installation;
        this.options = options;
        this.epmd = program(
                "epmd", installation.epmd().toString(), "-port", Integer.toString(epmdPort), "-address", "127.0.0.1");
        this.server = program("RabbitMQ", script("rabbitmq-server"));
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
     * Starts a server and returns when it answers.
     *
     * @throws ServerException when it is not installed, refuses its options or is not ready within 120 seconds
     */
    public static RabbitServer start(RabbitOptions options) {
        RabbitInstallation found = RabbitInstallation.find()
                .orElseThrow(() -> new ServerException(missing().orElse("RabbitMQ is not installed")));
        RabbitServer rabbit = new RabbitServer(found, options);
        rabbit.writeFiles();
        return started(rabbit);
    }

    private PrivateProcess program(String name, String... words) {
        return new PrivateProcess(new PrivateProcess.Command(
                name,
                List.of(words),
                RabbitServer::isNeutral,
                environment(),
                folder(),
                folder().resolve(name.toLowerCase(java.util.Locale.ROOT) + ".out")));
    }

    private String script(String name) {
        return installation.scripts().resolve(name).toString();
    }

    /** Settings of a RabbitMQ or an Erlang that runs on this machine anyway must not reach ours. */
    private static boolean isNeutral(String variable) {
        return !variable.startsWith("RABBITMQ_")
                && !variable.startsWith("ERL_")
                && !variable.equals("NOTIFY_SOCKET")
                && !variable.equals("NODENAME");
    }

    private Map<String, String> environment() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("HOME", folder().resolve("home").toString());
        all.put("LANG", "C.UTF-8");
        all.put("ERL_EPMD_PORT", Integer.toString(epmdPort));
        all.put("ERL_EPMD_ADDRESS", "127.0.0.1");
        all.put("ERL_CRASH_DUMP", folder().resolve("erl_crash.dump").toString());
        all.put("ERL_CRASH_DUMP_SECONDS", "0");
        all.put("RABBITMQ_NODENAME", NODE);
        all.put("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1");
        all.put("RABBITMQ_NODE_PORT", Integer.toString(port()));
        all.put("RABBITMQ_DIST_PORT", Integer.toString(distributionPort));
        all.put("RABBITMQ_CONF_ENV_FILE", folder().resolve("empty.conf").toString());
        all.put("RABBITMQ_CONFIG_FILE", folder().resolve("rabbitmq.conf").toString());
        all.put(
                "RABBITMQ_ADVANCED_CONFIG_FILE",
                folder().resolve("advanced.config").toString());
        all.put("RABBITMQ_MNESIA_BASE", folder().resolve("data").toString());
        all.put("RABBITMQ_LOG_BASE", folder().resolve("log").toString());
        all.put("RABBITMQ_LOGS", logFile().toString());
        all.put(
                "RABBITMQ_ENABLED_PLUGINS_FILE",
                folder().resolve("enabled_plugins").toString());
        all.put("RABBITMQ_PID_FILE", folder().resolve("pid").toString());
        all.put("RABBITMQ_GENERATED_CONFIG_DIR", folder().resolve("config").toString());
        // one scheduler that does not spin: servers are guests on the machine that runs the tests; +B i: Ctrl-C in the
        // terminal ends the tests, and those end the server
        all.put(
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                "-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false +S 1:1 +sbwt none +B i");
        // makes the script replace itself by the server, so that our process is the server and gets the signals
        all.put("RUNNING_UNDER_SYSTEMD", "true");
        return all;
    }

    private void writeFiles() {
        String plugins = String.join(",", options.plugins());
        String advanced =
                options.advanced().isEmpty() ? "[]." : "[{rabbit,[" + String.join(",", options.advanced()) + "]}].";
        try {
            Files.createDirectories(folder().resolve("home"));
            Files.writeString(folder().resolve("empty.conf"), "");
            Files.writeString(folder().resolve("enabled_plugins"), "[" + plugins + "].\n");
            Files.writeString(folder().resolve("advanced.config"), advanced + "\n");
            Files.writeString(folder().resolve("rabbitmq.conf"), config());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String config() {
        Map<String, String> all = new LinkedHashMap<>(options.config());
        if (options.tls()) {
            all.put("listeners.ssl.1", "127.0.0.1:" + tlsPort().orElseThrow());
            all.put("ssl_options.cacertfile", certificates().authority().toString());
            all.put("ssl_options.certfile", certificates().certificate().toString());
            all.put("ssl_options.keyfile", certificates().key().toString());
            all.put("ssl_options.verify", "verify_none");
            all.put("ssl_options.fail_if_no_peer_cert", "false");
        }
        return all.entrySet().stream()
                .map(entry -> entry.getKey() + " = " + entry.getValue() + "\n")
                .collect(Collectors.joining());
    }

    @Override
    PrivateProcess process() {
        return server;
    }

    @Override
    void beforeLaunch() {
        if (!epmd.isAlive()) {
            epmd.start(EPMD_LIMIT, () -> Handshake.connects(epmdPort));
        }
        controllable = false;
    }

    @Override
    boolean answers() {
        return Handshake.isRabbit(port());
    }

    @Override
    void afterStop() {
        epmd.kill();
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

    /** The server's log. */
    public Path logFile() {
        return folder().resolve("log").resolve("rabbit.log");
    }

    /**
     * Runs {@code rabbitmqctl} on this server, which takes about a second, and returns what it printed.
     *
     * @throws ServerException when it fails, with what it printed
     */
    public String control(String... arguments) {
        if (!controllable) {
            // the server takes clients shortly before it counts as started, and until then refuses most commands
            runControl("await_startup");
            controllable = true;
        }
        return runControl(arguments);
    }

    private String runControl(String... arguments) {
        List<String> words = new ArrayList<>(List.of(script("rabbitmqctl"), "-q", "-n", NODE));
        words.addAll(Arrays.asList(arguments));
        return Programs.run(words, RabbitServer::isNeutral, environment(), CONTROL_LIMIT);
    }
}
