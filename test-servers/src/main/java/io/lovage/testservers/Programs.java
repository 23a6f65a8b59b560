package io.lovage.testservers;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Finds programs, and runs those that end by themselves. */
final class Programs {
    private Programs() {}

    /** Looks through the PATH, then through the folders where administrators' programs are. */
    static Optional<Path> find(String name) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(
                        Stream.of(path.split(File.pathSeparator, -1)),
                        Stream.of("/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/sbin"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    /** Runs a program to its end and returns what it printed on standard output. */
    static String run(
            List<String> words, Predicate<String> inherited, Map<String, String> environment, Duration limit) {
        Path folder = Leftovers.ofThisJvm().folder("run");
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        try {
            ProcessBuilder builder = new ProcessBuilder(words)
                    .directory(folder.toFile())
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().keySet().removeIf(inherited.negate());
            builder.environment().putAll(environment);
            Process process = Leftovers.ofThisJvm().start(builder);
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            if (!ended || process.exitValue() != 0) {
                throw new ServerException(String.join(" ", words)
                        + (ended ? " ended with code " + process.exitValue() : " did not end within " + limit)
                        + "; it printed:\n" + Files.readString(out) + Files.readString(err));
            }
            return Files.readString(out);
        } catch (IOException e) {
            throw new ServerException("cannot run " + words.get(0) + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerException("interrupted while running " + words.get(0), e);
        } finally {
            Leftovers.remove(folder);
        }
    }
}
