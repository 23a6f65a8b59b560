package io.lovage.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.examples.quickstart.Quickstart.Summary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class QuickstartTest {
    private static final Path README = Path.of("..", "README.md");
    private static final Path SOURCE = Path.of("src/main/java/io/lovage/examples/quickstart/Quickstart.java");
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void runsAsTheReadmeShowsIt() throws InterruptedException {
        assertThat(Quickstart.run("memory://", chunk -> new Summary(chunk.rows(), 3)))
                .isEqualTo(new Summary(500, 3));
    }

    @Test
    void isWhatTheReadmeShows() throws IOException {
        Matcher block = JAVA_BLOCK.matcher(Files.readString(README));
        assertThat(block.find()).as("a java block in the README").isTrue();
        String source = withoutSpace(Files.readString(SOURCE));
        String shown = withoutSpace(block.group(1)).replaceAll("\"amqps?://[^\"]*\"", "brokerUrl");
        List<String> statements = Arrays.stream(shown.split("[;{}]"))
                .filter(Predicate.not(String::isEmpty))
                .toList();
        assertThat(statements)
                .hasSizeGreaterThan(5)
                .allSatisfy(statement -> assertThat(source).contains(statement));
    }

    private static String withoutSpace(String java) {
        return java.replaceAll("(?m)(?<!:)//.*$", "").replaceAll("\\s", "");
    }
}
