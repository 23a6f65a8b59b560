package io.lovage.internal.worker;

import static io.lovage.internal.client.Playground.SQUARE;
import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.Arguments;
import io.lovage.HandlerOptions;
import io.lovage.Lovage;
import io.lovage.ManualWorker;
import io.lovage.RetryPolicy;
import io.lovage.Signature;
import io.lovage.Task;
import io.lovage.internal.client.Playground;
import io.lovage.spi.BackendCapabilities;
import io.lovage.spi.Bytes;
import io.lovage.spi.LineBudget;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import io.lovage.spi.PublishException;
import io.lovage.spi.Settlement;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A failed task and a dead letter leave a line in the log, which is where the tests' logger writes. The story: a task
 * sent by a process that had ended failed, its result went to a reply queue that was gone, and nobody heard of it.
 */
class FailureLogTest {
    private final Playground playground = new Playground();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream original = System.err;

    FailureLogTest() {
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void close() {
        System.setErr(original);
        playground.close();
    }

    private List<String> logged() {
        return written.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private List<String> logged(Lovage lovage, Signature<Integer, Integer> task) {
        lovage.send(task.id("the-id"));
        run(lovage);
        return logged();
    }

    private static void run(Lovage lovage) {
        try (ManualWorker worker =
                lovage.worker().handle(SQUARE, (x, context) -> fail()).manual()) {
            worker.runAll();
        }
    }

    private static int fail() {
        throw new IllegalStateException("no such file: f.csv\nand more of it");
    }

    @Test
    void aFailureThatIsKeptIsOneLine() {
        List<String> lines = logged(playground.lovage(), SQUARE.with(3));

        assertThat(lines).hasSize(1);
        assertThat(lines.get(0))
                .contains("WARN", "task math.square the-id failed with IllegalStateException: no such file: f.csv")
                .doesNotContain("and more");
    }

    @Test
    void aFailureThatNobodyKeepsIsWrittenWithItsTrace() {
        assertThat(logged(playground.lovage(), SQUARE.with(3).ignoreResult()))
                .anyMatch(line -> line.contains("the-id failed with IllegalStateException: no such file: f.csv"))
                .anyMatch(line -> line.contains("at io.lovage.internal.worker.FailureLogTest.fail"));
    }

    @Test
    void aReplyQueueDoesNotKeepIt() {
        Lovage lovage = playground
                .connect(memory -> new BackendCapabilities("rpc", false, false))
                .lovage();

        assertThat(logged(lovage, SQUARE.with(3)))
                .anyMatch(line -> line.contains("at io.lovage.internal.worker.FailureLogTest.fail"));
    }

    @Test
    void anAttemptThatIsTriedAgainIsNot() {
        Lovage lovage = playground.lovage();
        lovage.send(SQUARE, 3);
        try (ManualWorker worker = lovage.worker()
                .handle(
                        SQUARE,
                        HandlerOptions.ofDefaults()
                                .retry(RetryPolicy.builder().maxRetries(1).build()),
                        (x, context) -> fail())
                .manual()) {
            assertThat(worker.runOne()).isTrue();
            assertThat(logged()).isEmpty();
            playground.clock.advance(Duration.ofMinutes(10));
            worker.runAll();
        }

        assertThat(logged()).hasSize(1);
    }

    @Test
    @DisplayName("R10.6 a dead letter is one line with its queue, its id and the reason")
    void aDeadLetterIsOneLine() {
        Lovage lovage = playground.lovage();
        lovage.send(Task.untyped("nobody.knows").with(Arguments.none()).id("the-id"));
        run(lovage);

        assertThat(logged()).hasSize(1);
        assertThat(logged().get(0))
                .contains("WARN", "dead letter of queue 'celery': message the-id: unknown task nobody.knows");
    }

    @Test
    @DisplayName("R10.6 a thousand garbage messages are no thousand lines")
    void aFloodIsCounted() {
        for (int i = 0; i < 1_000; i++) {
            playground.publish(new Message(
                    Map.of("task", "x", "id", "garbage-" + i),
                    MessageProperties.json(Optional.empty(), Optional.empty()),
                    Bytes.utf8(" ".repeat(i) + "{")));
        }
        try (ManualWorker worker = playground
                .lovage()
                .worker()
                .handle(SQUARE, (x, context) -> fail())
                .manual()) {
            worker.runAll();
            assertThat(playground.deadLetters()).hasSize(100); // as many as were asked for
            assertThat(logged()).hasSize(LineBudget.LINES);
            playground.clock.advance(LineBudget.SPAN);
        }

        assertThat(logged()).hasSize(LineBudget.LINES + 1);
        assertThat(logged().get(LineBudget.LINES)).contains("body is not JSON", "995 more in the last minute");
    }

    @Test
    void whatIsHeldBackIsToldWhenTheWorkerEnds() {
        Lovage lovage = playground.lovage();
        for (int i = 0; i < 20; i++) {
            lovage.send(SQUARE, 3);
        }
        run(lovage);

        assertThat(logged()).hasSize(LineBudget.LINES + 1);
        assertThat(logged().get(LineBudget.LINES))
                .contains("task math.square failed with IllegalStateException: 15 more in the last minute");
    }

    /** The story: somebody wrote over a key of the broker, and 17,000 lines came within seconds. */
    @Test
    void settlementsThatAreRefusedAreCountedToo() {
        Playground.Connection connection = playground.connect();
        connection.broker().settleFault = how -> how instanceof Settlement.Release
                ? null
                : new PublishException("key 'held' holds a text", List.of(), false, null);
        for (int i = 0; i < 20; i++) {
            connection.lovage().send(SQUARE, 3);
        }
        try (ManualWorker worker = connection
                .lovage()
                .worker()
                .handle(SQUARE, (x, context) -> x * x)
                .manual()) {
            for (int i = 0; i < 20; i++) {
                worker.runOne();
            }
        }

        assertThat(logged())
                .filteredOn(line -> line.contains("the queue is declared again: key 'held' holds a text"))
                .hasSize(LineBudget.LINES);
        assertThat(logged())
                .filteredOn(line -> line.contains("the queue is declared again: 15 more in the last minute"))
                .hasSize(1);
        assertThat(logged()).as("no traces").noneMatch(line -> line.startsWith("\tat "));
    }
}
