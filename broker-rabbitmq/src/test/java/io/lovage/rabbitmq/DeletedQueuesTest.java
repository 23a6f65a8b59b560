package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lovage.spi.DeadLetter;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.QueueSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The delay levels dead-letter at least once. A delayed message whose queue is gone is tried again for ever, and
 * nothing behind it in its level is delivered, whatever queue that is for.
 */
class DeletedQueuesTest extends ServerTest {
    private static final Duration DELAY = Duration.ofSeconds(2);

    private QueueSpec declared() {
        QueueSpec queue = newQueue();
        broker.declare(queue);
        return queue;
    }

    private void othersAreNotHeldUp() throws Exception {
        QueueSpec other = declared();
        publish(message(other, "other").delayedBy(DELAY));
        assertThat(finishOne(other)).isEqualTo("other");
        broker.admin().delete(other);
    }

    @Test
    void whatIsDelayedForADeletedQueueBecomesADeadLetter() throws Exception {
        QueueSpec queue = declared();
        publish(message(queue, "late").delayedBy(DELAY));

        broker.admin().delete(queue);

        othersAreNotHeldUp();
        List<DeadLetter> dead = awaitDead(queue);
        assertThat(dead.get(0).reason()).isEqualTo("queue-deleted");
        broker.declare(queue);
        assertThat(broker.admin().resend(queue, dead.get(0).id())).isTrue();
        assertThat(finishOne(queue)).isEqualTo("late");
    }

    private List<DeadLetter> awaitDead(QueueSpec queue) {
        return Awaitility.await("the dead letter")
                .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
                .until(() -> broker.admin().deadLetters(queue, 1), found -> !found.isEmpty());
    }

    /** The diversion led to the dead-letter queue; that queue's own deletion left the delayed message without a way. */
    @Test
    void deletingTheDeadLettersTooHoldsUpNobody() throws Exception {
        QueueSpec queue = declared();
        publish(message(queue, "late").delayedBy(DELAY));

        broker.admin().delete(queue);
        broker.admin().delete(QueueSpec.of(queue.deadLetterQueue()));

        othersAreNotHeldUp();
        assertThat(homeless(queue)).isEqualTo("late");
    }

    @Test
    void noMatterWhoDeletesTheDeadLetters() throws Exception {
        QueueSpec queue = declared();
        publish(message(queue, "late").delayedBy(DELAY));

        broker.admin().delete(queue);
        bare.queueDelete(queue.deadLetterQueue());

        othersAreNotHeldUp();
        assertThat(homeless(queue)).isEqualTo("late");
    }

    /** An operator finds it there, under the queue it was for. */
    private String homeless(QueueSpec queue) throws Exception {
        QueueSpec there = new QueueSpec(
                queue.name(), queue.lease(), queue.deliveryLimit(), DelayDiversions.HOMELESS, queue.requires());
        DeadLetter letter = awaitDead(there).get(0);
        broker.declare(there);
        assertThat(broker.admin().resend(there, letter.id())).isTrue();
        return finishOne(queue);
    }

    /** The way to the dead letters was closed before the way to the queue was open. */
    @Test
    void aQueueThatIsMadeAgainGetsWhatWasDelayedForIt() throws Exception {
        QueueSpec queue = declared();
        publish(message(queue, "late").delayedBy(DELAY));

        broker.admin().delete(queue);
        broker.declare(queue);

        assertThat(finishOne(queue)).isEqualTo("late");
        othersAreNotHeldUp();
        assertThat(broker.admin().deadLetters(queue, 1)).isEmpty();
    }

    @Test
    @DisplayName("R1.8 a message that no queue takes names the missing queue as the cause")
    void aMissingQueueIsTheCause() throws Exception {
        QueueSpec queue = declared();
        bare.queueDelete(queue.name());

        Throwable failure = catchThrowable(() -> publish(message(queue, "lost")));
        Throwable delayed = catchThrowable(() -> publish(message(queue, "lost").delayedBy(DELAY)));

        assertThat(failure).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(PublishException.class);
        assertThat(failure.getCause()).hasCauseInstanceOf(QueueNotFoundException.class);
        assertThat(delayed.getCause())
                .isInstanceOf(PublishException.class)
                .hasCauseInstanceOf(QueueNotFoundException.class);
    }

    @Test
    void aLevelThatSomebodyRemovedIsMadeAgain() throws Exception {
        QueueSpec queue = declared();
        publish(message(queue, "first").delayedBy(Duration.ofSeconds(1)));
        assertThat(finishOne(queue)).isEqualTo("first");
        bare.exchangeDelete(DelayLevels.level(0));
        bare.exchangeDelete(DelayLevels.entry(DELAY));

        Throwable failure = catchThrowable(() -> publish(message(queue, "lost").delayedBy(DELAY)));
        publish(message(queue, "second").delayedBy(Duration.ofSeconds(1)));

        assertThat(failure).hasCauseInstanceOf(PublishException.class);
        assertThat(finishOne(queue)).isEqualTo("second");
    }
}
