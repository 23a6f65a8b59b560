package io.lovage.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.Arguments;
import io.lovage.Lovage;
import io.lovage.spi.Bytes;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Chapter R10: what is in the queue, and what stays. */
abstract class GarbageRules extends Chapter {
    private static final String EMBED = "{\"callbacks\": null, \"errbacks\": null, \"chain\": null, \"chord\": null}";
    private static final int FEW = 300;
    private static final int MORE = 6_000;
    private static final int BODY_BYTES = 4_096;

    @Test
    @DisplayName("R10.6 every kind of garbage is dead-lettered with its reason and stops nobody")
    void garbageIsDeadLetteredAndStopsNobody(Trial trial) throws InterruptedException {
        QueueSpec queue = trial.queue();
        Lovage lovage = trial.lovage();
        trial.start(lovage.worker().queue(queue, 1).concurrency(2).handle(Tasks.ECHO, (arguments, context) -> "well"));
        List<Message> garbage = garbage();
        Stages.get(
                trial.broker()
                        .publish(garbage.stream()
                                .map(message -> OutboundMessage.to(queue.name(), message))
                                .toList()),
                trial.patience());
        int expected = garbage.size() + trial.harness().putGarbage(queue);

        assertThat(lovage.send(Tasks.ECHO.with(Arguments.none()).queue(queue.name()))
                        .get(trial.patience()))
                .isEqualTo("well");

        trial.await(
                "as many dead letters as there was garbage",
                () -> trial.broker().admin().deadLetters(queue, 100).size() >= expected);
        List<DeadLetter> dead = trial.broker().admin().deadLetters(queue, 100);
        assertThat(dead)
                .hasSize(expected)
                .allSatisfy(letter -> assertThat(letter.reason()).isNotBlank());
        assertThat(lovage.send(Tasks.ECHO.with(Arguments.none()).queue(queue.name()))
                        .get(trial.patience()))
                .isEqualTo("well");
    }

    private static List<Message> garbage() {
        MessageProperties json = MessageProperties.json(Optional.of("garbage"), Optional.empty());
        return List.of(
                shaped("bad-json", "[[1], {"),
                shaped("not-utf-8", "\u00ff\u00fe"),
                shaped("no-body", ""),
                shaped("two-elements", "[[], {}]"),
                shaped("an-object", "{\"args\": []}"),
                shaped("a-number", "42"),
                shaped("args-no-list", "[7, {}, " + EMBED + "]"),
                shaped("kwargs-no-object", "[[], 7, " + EMBED + "]"),
                typed("unknown-type", Optional.of("application/x-python-serialize"), Optional.of("binary")),
                typed("no-type", Optional.empty(), Optional.empty()),
                new Message(Map.of(), json, Bytes.utf8("not a task at all")),
                new Message(Map.of("id", "no-task"), json, Bytes.utf8("[[], {}, " + EMBED + "]")),
                new Message(Map.of("task", 42, "id", true), json, Bytes.utf8("[[], {}, " + EMBED + "]")));
    }

    private static Message shaped(String id, String body) {
        return new Message(
                Messages.named(id).withHeader("task", Tasks.ECHO.name()).headers(),
                MessageProperties.json(Optional.of(id), Optional.empty()),
                Bytes.wrap(body.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)));
    }

    private static Message typed(String id, Optional<String> type, Optional<String> encoding) {
        return new Message(
                Messages.named(id).withHeader("task", Tasks.ECHO.name()).headers(),
                new MessageProperties(type, encoding, Optional.of(id), Optional.empty(), true),
                Bytes.utf8("[[], {}, " + EMBED + "]"));
    }

    @Alone
    @Test
    @DisplayName("R10.7 storage does not grow with what was already done")
    void storageDoesNotGrowWithWhatWasDone(Trial trial) {
        QueueSpec queue = trial.queue();
        Taker taker = trial.taker(queue, 100);
        finish(trial, queue, taker, FEW);
        long after = stored(trial, queue);

        finish(trial, queue, taker, MORE);

        long most = after + (long) MORE * BODY_BYTES / 4;
        trial.await("storage to be what it was", () -> stored(trial, queue) < most);
        OptionalLong ready = trial.broker().admin().stats(queue).ready();
        assertThat(ready.orElse(0)).isZero();
    }

    private static void finish(Trial trial, QueueSpec queue, Taker taker, int count) {
        Bytes body = Bytes.utf8("x".repeat(BODY_BYTES));
        for (int sent = 0; sent < count; sent += 100) {
            Stages.get(
                    trial.broker()
                            .publish(Messages.ids("m" + sent + "-", 100).stream()
                                    .map(id -> OutboundMessage.to(queue.name(), Messages.named(id, body)))
                                    .toList()),
                    trial.patience());
            taker.finish(100);
        }
    }

    private static long stored(Trial trial, QueueSpec queue) {
        return trial.harness()
                .storedBytes(List.of(queue, QueueSpec.of(queue.deadLetterQueue())))
                .orElseThrow(() -> new AssertionError("the harness cannot measure what the broker stores"));
    }
}
