package io.lovage.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class QuickstartTest {
    private static final Path README = Path.of("..", "README.md");
    private static final Path SOURCE = Path.of("src/main/java/io/lovage/examples/quickstart/Quickstart.java");
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void runsAsTheReadmeShowsIt() throws InterruptedException {
        PrintStream original = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            Quickstart.main(new String[] {"memory://"});
        } finally {
            System.setOut(original);
        }

        assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualToIgnoringNewLines("Summary[rows=500, rejected=0]");
    }

    /** The story: what the README showed was checked statement by statement, and did not compile as it stood there. */
    @Test
    void isLetterForLetterWhatTheReadmeShows() throws IOException {
        Matcher block = JAVA_BLOCK.matcher(Files.readString(README));

        assertThat(block.find()).as("a java block in the README").isTrue();
        assertThat(Files.readString(SOURCE).replaceFirst("package .*;\n\n", "")).isEqualTo(block.group(1));
    }
}
