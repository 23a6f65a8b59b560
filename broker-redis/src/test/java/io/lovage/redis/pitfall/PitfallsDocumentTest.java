package io.lovage.redis.pitfall;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("docs/pitfalls.md names tests that exist, and all that tell a story")
class PitfallsDocumentTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern NAMED = Pattern.compile("`(\\w+Test)`");

    @Test
    void everyNamedTestExists() throws IOException {
        assertThat(named()).isNotEmpty().isSubsetOf(tests());
    }

    @Test
    void everyStoryIsTold() throws IOException {
        Set<String> stories =
                tests().stream().filter(name -> name.endsWith("StoryTest")).collect(Collectors.toSet());

        assertThat(stories).isNotEmpty().isSubsetOf(named());
    }

    private static Set<String> named() throws IOException {
        String document = Files.readString(ROOT.resolve("docs").resolve("pitfalls.md"));
        return NAMED.matcher(document).results().map(result -> result.group(1)).collect(Collectors.toSet());
    }

    private static Set<String> tests() throws IOException {
        Set<String> names;
        try (Stream<Path> modules = Files.list(ROOT)) {
            names = modules.map(module -> module.resolve(Path.of("src", "test", "java")))
                    .filter(Files::isDirectory)
                    .flatMap(PitfallsDocumentTest::filesBelow)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("Test.java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
        return names;
    }

    private static Stream<Path> filesBelow(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
