package io.lovage.benchmarks.engine;

import com.rabbitmq.client.impl.ClientVersion;
import io.lettuce.core.LettuceVersion;
import io.lovage.benchmarks.plan.Broker;
import io.lovage.benchmarks.report.Environment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import tools.jackson.databind.cfg.PackageVersion;

/** Asks the machine, the JVM and the server what they are. */
public final class Surroundings {
    private static final Path CPUS = Path.of("/proc/cpuinfo");
    private static final String MODEL = "model name";

    private Surroundings() {}

    /**
     * Looks now.
     *
     * @param servers and clients with their versions
     */
    public static Environment look(Map<String, String> servers, List<String> jvmOptions, double loadBefore)
            throws IOException {
        return new Environment(
                started(),
                processor(),
                Runtime.getRuntime().availableProcessors(),
                property("os.name") + " " + property("os.version") + " " + property("os.arch"),
                jvm(),
                String.join(" ", jvmOptions),
                versions(servers),
                loadBefore,
                Environment.load());
    }

    /** When this program was started. */
    public static String started() {
        return ProcessHandle.current()
                .info()
                .startInstant()
                .orElse(Instant.EPOCH)
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
    }

    public static String jvm() {
        return property("java.vm.name") + " " + property("java.vm.version");
    }

    private static Map<String, String> versions(Map<String, String> servers) {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("Lovage", revision());
        versions.putAll(servers);
        versions.put("Jackson", PackageVersion.VERSION.toString());
        return versions;
    }

    /** The client that talks to a broker, by its name, with its version. */
    static Map<String, String> client(Broker broker) throws IOException {
        return switch (broker) {
            case MEMORY -> Map.of();
            case RABBITMQ -> Map.of("amqp-client", ClientVersion.VERSION);
            case REDIS -> Map.of("lettuce", LettuceVersion.getVersion());
            case KAFKA -> Map.of("kafka-clients", kafkaClients());
        };
    }

    public static Map<String, String> redis(String version) {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("Redis", version);
        versions.put("lettuce", LettuceVersion.getVersion());
        return versions;
    }

    public static Map<String, String> kafka(String version) throws IOException {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("Kafka", version);
        versions.put("kafka-clients", kafkaClients());
        return versions;
    }

    private static String kafkaClients() throws IOException {
        Properties client = new Properties();
        try (InputStream file = KafkaShareConsumer.class.getResourceAsStream("/kafka/kafka-version.properties")) {
            client.load(file);
        }
        return client.getProperty("version");
    }

    private static String processor() throws IOException {
        if (!Files.exists(CPUS)) {
            return property("os.arch");
        }
        try (Stream<String> lines = Files.lines(CPUS)) {
            return lines.filter(line -> line.startsWith(MODEL))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse(property("os.arch"));
        }
    }

    /** The commit, where the benchmarks run in a clone. */
    static String revision() {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty")
                    .redirectErrorStream(true)
                    .start();
            String answer = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return answer.matches("[0-9A-Za-z.-]+") ? answer : "of an unknown commit";
        } catch (IOException notInstalled) {
            return "of an unknown commit";
        }
    }

    private static String property(String name) {
        return String.valueOf(System.getProperty(name));
    }
}
