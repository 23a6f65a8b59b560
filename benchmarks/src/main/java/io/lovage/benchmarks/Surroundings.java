package io.lovage.benchmarks;

import com.rabbitmq.client.impl.ClientVersion;
import io.lovage.benchmarks.bare.BareQueue;
import io.lovage.benchmarks.report.Environment;
import io.lovage.benchmarks.work.Trial;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import tools.jackson.databind.cfg.PackageVersion;

/** Asks the machine, the JVM and the server what they are. */
final class Surroundings {
    private static final Path CPUS = Path.of("/proc/cpuinfo");
    private static final String MODEL = "model name";

    private Surroundings() {}

    static Environment look(Trial trial, List<String> jvmOptions, double loadBefore) throws IOException {
        return new Environment(
                started(),
                processor(),
                Runtime.getRuntime().availableProcessors(),
                property("os.name") + " " + property("os.version") + " " + property("os.arch"),
                jvm(),
                String.join(" ", jvmOptions),
                versions(trial),
                loadBefore,
                Environment.load());
    }

    /** When this program was started. */
    static String started() {
        return ProcessHandle.current()
                .info()
                .startInstant()
                .orElse(Instant.EPOCH)
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
    }

    static String jvm() {
        return property("java.vm.name") + " " + property("java.vm.version");
    }

    private static Map<String, String> versions(Trial trial) throws IOException {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("Lovage", revision());
        if (trial.hasServer()) {
            versions.put("RabbitMQ", server(trial.url()));
            versions.put("amqp-client", ClientVersion.VERSION);
        }
        versions.put("Jackson", PackageVersion.VERSION.toString());
        return versions;
    }

    private static String server(String url) throws IOException {
        try (BareQueue queue = BareQueue.open(url, "benchmark.version")) {
            return queue.serverVersion();
        } catch (TimeoutException e) {
            throw new IOException(e);
        }
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
    private static String revision() {
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
