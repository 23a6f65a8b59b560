package io.lovage.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** RabbitMQ as a process of this machine, with an Erlang name service of its own. Thread-safe. */
final class RabbitProcess extends RabbitServer {
    private static final Duration EPMD_LIMIT = Duration.ofSeconds(30);
    private static final Duration CONTROL_LIMIT = Duration.ofMinutes(1);
    private static final String NODE = "lovage@localhost";

    private final RabbitInstallation installation;
    private final int distributionPort = Ports.free();
    private final int epmdPort = Ports.free();
    private final PrivateProcess epmd;
    private final PrivateProcess server;

    RabbitProcess(RabbitInstallation installation, RabbitOptions options) {
        super(options);
        this.installation = installation;
        this.epmd = program(
                "epmd", installation.epmd().toString(), "-port", Integer.toString(epmdPort), "-address", "127.0.0.1");
        this.server = program("RabbitMQ", script("rabbitmq-server"));
    }

    private PrivateProcess program(String name, String... words) {
        return new PrivateProcess(new PrivateProcess.Command(
                name,
                List.of(words),
                RabbitProcess::isNeutral,
                environment(),
                folder(),
                folder().resolve(name.toLowerCase(Locale.ROOT) + ".out")));
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
        all.put("RABBITMQ_CONFIG_FILE", configFile().toString());
        all.put("RABBITMQ_ADVANCED_CONFIG_FILE", advancedFile().toString());
        all.put("RABBITMQ_MNESIA_BASE", folder().resolve("data").toString());
        all.put("RABBITMQ_LOG_BASE", folder().resolve("log").toString());
        all.put("RABBITMQ_LOGS", folder().resolve("log").resolve("rabbit.log").toString());
        all.put("RABBITMQ_ENABLED_PLUGINS_FILE", pluginsFile().toString());
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

    @Override
    Hosting hosting() {
        return server;
    }

    @Override
    Placement placement() {
        return Placement.onThisMachine(this);
    }

    @Override
    void beforeLaunch() {
        super.beforeLaunch();
        if (!epmd.isAlive()) {
            prepareFolder();
            epmd.start(EPMD_LIMIT, () -> Handshake.connects(epmdPort));
        }
    }

    private void prepareFolder() {
        try {
            Files.createDirectories(folder().resolve("home"));
            Files.writeString(folder().resolve("empty.conf"), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    void afterStop() {
        epmd.kill();
    }

    @Override
    String runControl(Stream<String> arguments) {
        List<String> words = Stream.concat(Stream.of(script("rabbitmqctl"), "-q", "-n", NODE), arguments)
                .toList();
        return Programs.run(words, RabbitProcess::isNeutral, environment(), CONTROL_LIMIT);
    }
}
