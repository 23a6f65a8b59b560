package io.lovage.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * What workers of both languages can write and a test can read, without the broker that is tested: which task ran
 * where. Lines are appended whole, by any number of processes.
 */
record SharedFolder(Path path) {
    static final String VARIABLE = "PEER_FOLDER";
    static final String JAVA = "java";
    static final String PYTHON = "python";
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration ABANDONED = Duration.ofSeconds(2);

    /** While this is there, workers hold the tasks that they begin. */
    Path hold() {
        return path.resolve("hold");
    }

    /** From here on; what was held before is forgotten. */
    void holdWhatBegins() {
        try {
            Files.deleteIfExists(heldFile(JAVA));
            Files.deleteIfExists(heldFile(PYTHON));
            Files.createFile(hold());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void release() {
        try {
            Files.delete(hold());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path heldFile(String language) {
        return path.resolve("held-" + language);
    }

    void tellHeld(String language, int number) throws IOException {
        append("held-" + language, number);
    }

    void tellRan(String language, int number) throws IOException {
        append("ran-" + language, number);
    }

    private void append(String file, int number) throws IOException {
        Files.writeString(path.resolve(file), number + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** The tasks that workers of this language began and held, in order. */
    List<Integer> held(String language) {
        return numbers("held-" + language);
    }

    /** The tasks that workers of this language ran to their end, in order. */
    List<Integer> ran(String language) {
        return numbers("ran-" + language);
    }

    /** The tasks that ran to their end, one for each time. */
    List<Integer> ran() {
        return Stream.concat(ran(JAVA).stream(), ran(PYTHON).stream()).toList();
    }

    /** Those that ran more than once. */
    Set<Integer> ranTwice() {
        Set<Integer> seen = new HashSet<>();
        return ran().stream().filter(number -> !seen.add(number)).collect(Collectors.toSet());
    }

    /** Until so many tasks have run at least once. */
    void awaitRan(int number) {
        awaiting("tasks that have run").until(() -> new HashSet<>(ran()).size() >= number);
    }

    /** Until so many have run in this language. */
    void awaitRanIn(String language, int number) {
        awaiting("tasks that have run there").until(() -> ran(language).size() >= number);
    }

    /** Until so many are held, since workers hold. */
    void awaitHeld(int java, int python) {
        awaiting("tasks in the hands of both")
                .until(() -> held(JAVA).size() == java && held(PYTHON).size() == python);
    }

    /** Until a Python worker whose timeout is a second counts what this language holds as abandoned. */
    void awaitAbandoned(String language) {
        awaiting("age")
                .until(() -> Files.getLastModifiedTime(heldFile(language))
                        .toInstant()
                        .isBefore(Instant.now().minus(ABANDONED)));
    }

    private static ConditionFactory awaiting(String what) {
        return Awaitility.await(what).pollInterval(Duration.ofMillis(50)).atMost(LIMIT);
    }

    private List<Integer> numbers(String file) {
        try {
            return Files.exists(path.resolve(file))
                    ? Files.readAllLines(path.resolve(file)).stream()
                            .map(Integer::valueOf)
                            .toList()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
