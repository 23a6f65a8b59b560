package io.lovage.testservers;

import io.lovage.kafkaserver.KafkaNode;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of Kafka's server, where the build left them: in Maven's repository, on no class path of ours. Immutable.
 *
 * @param classPath what the server's Java needs
 */
record KafkaFiles(List<Path> classPath) {
    private static final String LIST = "classpath";
    private static final Pattern SERVER = Pattern.compile("kafka_[0-9.]+-(.+)\\.jar");

    /** The class to run. */
    static String mainClass() {
        return KafkaNode.class.getName();
    }

    /** What the build wrote down. */
    static KafkaFiles find() {
        try (InputStream list = KafkaNode.class.getResourceAsStream(LIST)) {
            if (list == null) {
                throw new ServerException("the list of Kafka's files is missing: build the module kafka-server");
            }
            String written = new String(list.readAllBytes(), StandardCharsets.UTF_8).strip();
            Path own = Path.of(KafkaNode.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return new KafkaFiles(Stream.concat(
                            Stream.of(own),
                            Stream.of(written.split(File.pathSeparator, -1)).map(Path::of))
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new ServerException("cannot tell where Kafka's main class is", e);
        }
    }

    /** The server's version, as the name of its file says; empty when none is named like it. */
    Optional<String> version() {
        return classPath.stream()
                .map(file -> SERVER.matcher(file.getFileName().toString()))
                .filter(Matcher::matches)
                .map(name -> name.group(1))
                .findFirst();
    }

    /** Why it cannot run, and what to do; empty when it can. */
    Optional<String> missing() {
        return classPath.stream()
                .filter(Files::notExists)
                .findFirst()
                .map(file -> "Kafka's file " + file + " is gone since the build (build again)");
    }
}
