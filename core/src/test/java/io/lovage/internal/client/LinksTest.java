package io.lovage.internal.client;

import static io.lovage.internal.client.Playground.SOON;
import static io.lovage.internal.client.Playground.SQUARE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.Arguments;
import io.lovage.Lovage;
import io.lovage.Signature;
import io.lovage.Task;
import io.lovage.spi.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a Java program has sent when a task has ended. */
class LinksTest {
    private static final Task<Arguments, Object> LOOK = Task.untyped("look");
    private static final Task<Integer, Integer> FAIL = Task.of("math.fail", Integer.class, Integer.class);

    private final Playground playground = new Playground();
    private final Lovage lovage = playground.lovage();
    private final List<Arguments> seen = new ArrayList<>();

    @AfterEach
    void close() {
        playground.close();
    }

    private void runAll() {
        lovage.worker()
                .handle(SQUARE, (x, context) -> x * x)
                .handle(FAIL, (x, context) -> {
                    throw new IllegalStateException("no");
                })
                .handle(LOOK, (arguments, context) -> {
                    seen.add(arguments);
                    return arguments.args().size();
                })
                .manual()
                .runAll();
    }

    private Message sent(Signature<?, ?> signature) throws InterruptedException {
        lovage.send(signature);
        List<Message> all = playground.takeAll();
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    @Test
    void allOfThemGetTheResultBeforeTheirOwnArguments() throws InterruptedException {
        lovage.send(SQUARE.with(3)
                .link(LOOK.with(Arguments.of("one").and("k", 1)).id("the-next"))
                .link(Task.untyped("math.square").with(Arguments.none()).id("the-other")));
        runAll();

        assertThat(seen).containsExactly(Arguments.of(9L, "one").and("k", 1L));
        assertThat(lovage.result(LOOK, "the-next").get(SOON)).isEqualTo(2L);
        assertThat(lovage.result(SQUARE, "the-other").get(SOON)).isEqualTo(81);
    }

    @Test
    void aLinkBehindALinkIsTheNextStep() throws InterruptedException {
        lovage.send(SQUARE.with(2)
                .link(Task.untyped("math.square")
                        .with(Arguments.none())
                        .link(Task.untyped("math.square").with(Arguments.none()).id("the-last"))));
        runAll();

        assertThat(lovage.result(SQUARE, "the-last").get(SOON)).isEqualTo(256);
    }

    @Test
    void whatIsImmutableGetsItsOwnArgumentsOnly() {
        lovage.send(SQUARE.with(3).link(LOOK.with(Arguments.of("own")).immutable()));
        runAll();

        assertThat(seen).containsExactly(Arguments.of("own"));
    }

    @Test
    void afterAFailureTheOthersAreSentWithTheIdOfTheTask() {
        Signature<?, ?> handler = LOOK.with(Arguments.of("handler"));
        lovage.send(
                FAIL.with(1).id("the-failed").link(LOOK.with(Arguments.none())).linkError(handler));
        lovage.send(SQUARE.with(1).linkError(handler));
        runAll();

        assertThat(seen).containsExactly(Arguments.of("the-failed", "handler"));
    }

    /** In the names that apply_async has for them, since that is who may send it. */
    @Test
    void theirOptionsTravelAsCelerys() throws InterruptedException {
        Message message = sent(SQUARE.with(3)
                .link(LOOK.with(Arguments.of(1))
                        .id("the-next")
                        .queue("elsewhere")
                        .delay(Duration.ofSeconds(5))
                        .expiresIn(Duration.ofMinutes(1))
                        .softTimeLimit(Duration.ofMillis(1_500))
                        .hardTimeLimit(Duration.ofSeconds(3))
                        .ignoreResult()
                        .compressed()
                        .header("trace", "abc")));

        assertThat(message.body().toUtf8())
                .isEqualTo(
                        "[[3],{},{\"callbacks\":[{\"task\":\"look\",\"args\":[1],\"kwargs\":{},\"options\":{"
                                + "\"task_id\":\"the-next\",\"queue\":\"elsewhere\",\"countdown\":5,"
                                + "\"expires\":60,\"time_limit\":3,\"soft_time_limit\":1.5,"
                                + "\"ignore_result\":true,\"compression\":\"zlib\",\"headers\":{\"trace\":\"abc\"}},"
                                + "\"subtask_type\":null,\"immutable\":false}],\"errbacks\":null,\"chain\":null,\"chord\":null}]");
    }

    @Test
    void whatAWorkerOfCeleryWouldMisunderstandIsRefused() {
        assertThatThrownBy(() -> lovage.send(
                        SQUARE.with(3).link(LOOK.with(Arguments.none()).priority(5))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("task look follows another one and has a priority");
        Instant instant = Instant.parse("2030-01-02T03:04:05Z");
        assertThatThrownBy(() -> lovage.send(
                        SQUARE.with(3).link(LOOK.with(Arguments.none()).expiresAt(instant))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("use expiresIn");
        assertThatThrownBy(() -> lovage.send(
                        SQUARE.with(3).link(LOOK.with(Arguments.none()).header("children", Map.of()))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'children'");
        assertThat(playground.messages()).isZero();
    }

    @Test
    void aCompressedBodyIsReadAsItWasWritten() throws InterruptedException {
        Message small = sent(LOOK.with(Arguments.of("x".repeat(10_000))).compressed());
        assertThat(small.body().length()).isLessThan(200);
        assertThat(small.header("compression")).isEqualTo("application/x-gzip");

        lovage.send(LOOK.with(Arguments.of("x".repeat(10_000))).compressed());
        runAll();
        assertThat(seen).containsExactly(Arguments.of("x".repeat(10_000)));
    }
}
