package io.lovage.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.Arguments;
import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.TaskFailedException;
import io.lovage.spi.BrokerAdmin;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.QueueStats;
import io.lovage.spi.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Chapter R9. */
abstract class OperatorRules extends Chapter {
    private static final Duration FAR = Duration.ofSeconds(60);

    @Test
    @DisplayName("R9.1 ready, in flight, delayed and dead-lettered messages are counted, or empty where unknown")
    void messagesAreCounted(Trial trial) {
        QueueSpec queue = trial.queue();
        BrokerAdmin admin = trial.broker().admin();
        Taker taker = trial.taker(queue, 3);
        trial.publish(queue, "a", "b", "dead");
        List<Delivery> inHand = taker.take(3);
        taker.settle(
                inHand.stream()
                        .filter(delivery -> Messages.id(delivery).equals("dead"))
                        .findFirst()
                        .orElseThrow(),
                Settlement.deadLetter("counted"));
        Stages.get(taker.consumer().drain(), trial.patience());
        trial.publish(queue, Messages.ids("ready", 5));
        Stages.get(trial.broker().publish(List.of(Messages.to(queue, "delayed").delayedBy(FAR))), trial.patience());

        trial.await("the right counts or none: 5 ready, 2 in flight, 1 delayed, 1 dead", () -> {
            QueueStats stats = admin.stats(queue);
            return is(stats.ready(), 5) && is(stats.inFlight(), 2) && is(stats.delayed(), 1) && is(stats.dead(), 1);
        });
    }

    private static boolean is(OptionalLong count, long expected) {
        return count.isEmpty() || count.getAsLong() == expected;
    }

    @Test
    @DisplayName("R9.2 purging drops what waits, says how many, and leaves what is in flight")
    void purgingSaysHowManyItDropped(Trial trial) {
        QueueSpec queue = trial.queue();
        Taker taker = trial.taker(queue, 2);
        trial.publish(queue, "held", "too");
        List<Delivery> inHand = taker.take(2);
        Stages.get(taker.consumer().drain(), trial.patience());
        trial.publish(queue, Messages.ids("m", 7));
        trial.await(
                "seven to be ready",
                () -> is(trial.broker().admin().stats(queue).ready(), 7));

        assertThat(trial.broker().admin().purge(queue)).isEqualTo(7);

        assertThat(trial.broker().admin().purge(queue)).isZero();
        taker.ackAll(inHand);
        trial.publish(queue, "after");
        assertThat(trial.taker(queue, 5).finish(1)).containsExactly("after");
    }

    @Test
    @DisplayName("R9.3 listing dead letters changes nothing")
    void listingDeadLettersChangesNothing(Trial trial) {
        QueueSpec queue = deadLettered(trial, 3);
        BrokerAdmin admin = trial.broker().admin();

        List<DeadLetter> first = admin.deadLetters(queue, 10);

        assertThat(first).extracting(dead -> Messages.id(dead.message())).containsExactly("m0", "m1", "m2");
        assertThat(first).extracting(DeadLetter::id).doesNotHaveDuplicates();
        assertThat(admin.deadLetters(queue, 10)).isEqualTo(first);
        assertThat(admin.deadLetters(queue, 2)).isEqualTo(first.subList(0, 2));
    }

    @Test
    @DisplayName("R9.3 a dead letter that is sent again is as new, and gone from the dead letters")
    void aDeadLetterThatIsSentAgainIsAsNew(Trial trial) {
        QueueSpec queue = deadLettered(trial, 2);
        BrokerAdmin admin = trial.broker().admin();
        DeadLetter second = admin.deadLetters(queue, 10).get(1);

        assertThat(admin.resend(queue, second.id())).isTrue();

        Delivery again = trial.taker(queue, 1).one();
        assertThat(Messages.id(again)).isEqualTo("m1");
        assertThat(again.deliveryCount()).isEqualTo(1);
        assertThat(again.message().message().headers().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Messages.named("m1").headers().keySet());
        assertThat(admin.deadLetters(queue, 10))
                .extracting(dead -> Messages.id(dead.message()))
                .containsExactly("m0");
        assertThat(admin.resend(queue, second.id())).as("sent a second time").isFalse();
    }

    @Test
    @DisplayName("R9.3 a dead letter that is discarded is gone")
    void aDeadLetterThatIsDiscardedIsGone(Trial trial) {
        QueueSpec queue = deadLettered(trial, 2);
        BrokerAdmin admin = trial.broker().admin();
        DeadLetter first = admin.deadLetters(queue, 10).get(0);

        assertThat(admin.discard(queue, first.id())).isTrue();

        assertThat(admin.deadLetters(queue, 10))
                .extracting(dead -> Messages.id(dead.message()))
                .containsExactly("m1");
        assertThat(admin.discard(queue, first.id())).isFalse();
        trial.taker(queue, 1).nothingWithin(Duration.ofMillis(300));
    }

    private static QueueSpec deadLettered(Trial trial, int count) {
        QueueSpec queue = trial.queue();
        trial.publish(queue, Messages.ids("m", count));
        Taker taker = trial.taker(queue, 1);
        for (int i = 0; i < count; i++) {
            taker.settle(taker.one(), Settlement.deadLetter("for the operator"));
        }
        trial.await(
                "the dead letters",
                () -> trial.broker().admin().deadLetters(queue, count).size() == count);
        taker.close();
        return queue;
    }

    @Test
    @DisplayName("R9.3 sending a dead letter again reopens its result")
    void sendingADeadLetterAgainReopensItsResult(Trial trial) throws InterruptedException {
        QueueSpec queue = trial.queue();
        Lovage lovage = trial.lovage();
        AtomicBoolean repaired = new AtomicBoolean();
        AsyncResult<Object> result = lovage.send(
                Tasks.ECHO.with(Arguments.none()).queue(queue.name()).header("poison", true));
        Taker taker = trial.taker(queue, 1);
        Delivery delivery = taker.one();
        taker.settle(delivery, Settlement.release(Duration.ZERO));
        taker.close();
        QueueSpec limited = queue.withDeliveryLimit(1);
        trial.start(lovage.worker().queue(limited, 1).concurrency(1).handle(Tasks.ECHO, (arguments, context) -> {
            repaired.set(true);
            return "repaired";
        }));
        Assertions.assertThatThrownBy(() -> result.get(trial.patience())).isInstanceOf(TaskFailedException.class);
        trial.await(
                "the dead letter",
                () -> !lovage.deadLetters(queue.name()).list(1).isEmpty());

        assertThat(lovage.deadLetters(queue.name())
                        .resend(lovage.deadLetters(queue.name()).list(1).get(0).id()))
                .isTrue();

        assertThat(lovage.result(Tasks.ECHO, result.id()).get(trial.patience())).isEqualTo("repaired");
        assertThat(repaired).isTrue();
    }
}
