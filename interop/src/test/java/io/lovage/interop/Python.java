package io.lovage.interop;

import io.lovage.testservers.TestServers;
import io.lovage.testservers.VictimProcess;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Python process with Celery, of one wiring: a client that runs scripts, or a worker. Not thread-safe. Ends with the
 * JVM at the latest.
 */
final class Python implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration SCRIPT_LIMIT = Duration.ofMinutes(3);
    private static final String ANSWER = "answer ";
    private static final JsonMapper JSON = new JsonMapper();

    private final VictimProcess process;
    private int asked;

    private Python(VictimProcess process) {
        this.process = process;
    }

    /** Starts a client, which can {@link #run} scripts. */
    static Python client(Wiring wiring) {
        return start(wiring, Map.of(), "driver.py");
    }

    /** Starts a worker of {@code queue} and returns when it takes tasks. */
    static Python worker(Wiring wiring, String queue, Map<String, String> settings, String... options) {
        List<String> words = new ArrayList<>(List.of("--without-mingle", "--without-gossip"));
        words.addAll(Arrays.asList(options));
        return sociableWorker(wiring, queue, settings, words.toArray(String[]::new));
    }

    /** One that greets the others and follows what they do, as Celery's workers do by default. */
    static Python sociableWorker(Wiring wiring, String queue, Map<String, String> settings, String... options) {
        List<String> words = new ArrayList<>(List.of("worker", "-Q", queue));
        words.addAll(Arrays.asList(options));
        return start(wiring, settings, "peer.py", words.toArray(String[]::new));
    }

    private static Python start(Wiring wiring, Map<String, String> settings, String program, String... arguments) {
        List<String> words = new ArrayList<>();
        words.add(TestServers.celery().orSkip(Assumptions::abort).toString());
        words.add(file(program).toString());
        words.addAll(Arrays.asList(arguments));
        Map<String, String> environment = new HashMap<>(Map.of(
                "PEER_BROKER", wiring.brokerForPython(),
                "PEER_RESULTS", wiring.results(),
                "PEER_QUEUE", wiring.queue("python"),
                "PEER_JAVA_QUEUE", wiring.queue("java"),
                "PYTHONDONTWRITEBYTECODE", "1",
                "PYTHONIOENCODING", "utf-8",
                "C_FORCE_ROOT", "1"));
        environment.putAll(settings);
        Python python = new Python(VictimProcess.start(words, environment));
        python.await("ready", START_LIMIT);
        return python;
    }

    private static Path file(String name) {
        URL url = Objects.requireNonNull(Python.class.getResource("/python/" + name), name);
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Runs a script as a Celery client and returns the value of its last line as plain Java.
     *
     * @throws PythonError when it ended with an exception
     */
    @Nullable
    Object run(String script) {
        return run(script, Map.of());
    }

    /** Runs a script that knows these names. */
    @Nullable
    Object run(String script, Map<String, ? extends @Nullable Object> values) {
        // the answer to a script that took too long must not be taken for that of the next one
        asked++;
        String beginning = ANSWER + asked + " ";
        process.send(JSON.writeValueAsString(Map.of("number", asked, "script", script, "values", values)));
        Map<?, ?> answer = JSON.readValue(await(beginning, SCRIPT_LIMIT).substring(beginning.length()), Map.class);
        if (answer.get("error") instanceof Map<?, ?> error) {
            throw new PythonError(text(error, "type"), text(error, "text"), text(error, "trace"));
        }
        return answer.get("value");
    }

    private static String text(Map<?, ?> map, String key) {
        return String.valueOf(map.get(key));
    }

    private String await(String beginning, Duration limit) {
        try {
            return process.awaitLine(beginning, limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for Python", e);
        }
    }

    /** The process itself, to be frozen, killed or asked to end. */
    VictimProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
    }
}
