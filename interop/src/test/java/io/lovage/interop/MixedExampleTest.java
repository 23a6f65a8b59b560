package io.lovage.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.console.LovageCommand;
import io.lovage.testservers.RedisServer;
import io.lovage.testservers.TestServers;
import io.lovage.testservers.VictimProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** examples/mixed-celery as it is started by whoever wants to see it. */
class MixedExampleTest {
    private static final Path SCRIPT = Path.of("..", "examples", "mixed-celery", "run");
    private static final Duration LIMIT = Duration.ofMinutes(4);

    @TempDir
    private Path folder;

    @Test
    void runsOverARedisOfItsOwn() throws Exception {
        String running = TestServers.redisUrl().orSkip(Assumptions::abort);
        // where servers are containers there may be no program of Redis
        run(RedisServer.missing().isEmpty() ? Map.of() : Map.of("BROKER_URL", running));
    }

    @Test
    void runsOverARabbitMqThatRunsAlready() throws Exception {
        run(Map.of("BROKER_URL", Wiring.RABBITMQ_WITH_RPC.brokerForPython()));
    }

    private void run(Map<String, String> servers) throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(servers);
        environment.put(
                "PYTHON", TestServers.celery().orSkip(Assumptions::abort).toString());
        environment.put("LOVAGE", commandLine().toString());
        environment.put("TMPDIR", Files.createDirectory(folder.resolve("tmp")).toString());
        VictimProcess example = VictimProcess.start(List.of("bash", SCRIPT.toString(), "100000", "8"), environment);
        try {
            example.awaitLine("9592 primes up to 100000, counted by ", LIMIT);
            assertThat(example.awaitExit(LIMIT)).hasValue(0);
        } finally {
            // it ends what it has started when it is asked to end, and not when it is killed
            example.terminate();
        }
        try (var left = Files.list(folder.resolve("tmp"))) {
            assertThat(left).isEmpty();
        }
    }

    /** What bin/lovage is when it has nothing to build. */
    private Path commandLine() throws IOException {
        return Files.writeString(
                Files.createFile(
                        folder.resolve("lovage"),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"))),
                """
                #!/bin/sh
                exec '%s' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '%s' %s "$@"
                """.formatted(
                                Path.of(System.getProperty("java.home"), "bin", "java"),
                                System.getProperty("java.class.path"),
                                LovageCommand.class.getName()));
    }
}
