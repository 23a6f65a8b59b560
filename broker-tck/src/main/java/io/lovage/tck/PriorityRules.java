package io.lovage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lovage.spi.OutboundMessage;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.QueueFeature;
import io.lovage.spi.QueueSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Chapter R6. */
abstract class PriorityRules extends Chapter {
    @Test
    @DisplayName("R6.1 higher priorities come first, 0 is the default; a queue without priorities refuses them")
    void higherPrioritiesComeFirst(Trial trial) {
        QueueSpec queue = trial.queue();
        if (trial.broker().declare(queue).has(QueueFeature.PRIORITY)) {
            comesByPriority(trial, queue);
        } else {
            refusesPriorities(trial, queue);
        }
    }

    private static void comesByPriority(Trial trial, QueueSpec queue) {
        QueueCapabilities can = trial.broker().declare(queue);
        assertThat(can.priorityLevels()).isGreaterThan(OutboundMessage.HIGHEST_PRIORITY);
        List<OutboundMessage> messages = new ArrayList<>();
        for (int priority : new int[] {3, 0, 9, 5, 1, 8, 2, 7, 4, 6}) {
            messages.add(Messages.to(queue, "p" + priority).withPriority(priority));
        }
        messages.add(Messages.to(queue, "default"));
        Stages.get(trial.broker().publish(messages), trial.patience());
        trial.await(
                "all of them to wait",
                () -> trial.broker().admin().stats(queue).ready().orElse(messages.size()) == messages.size());

        assertThat(trial.taker(queue, 1).finish(messages.size()))
                .containsExactly("p9", "p8", "p7", "p6", "p5", "p4", "p3", "p2", "p1", "p0", "default");
    }

    private static void refusesPriorities(Trial trial, QueueSpec queue) {
        PublishException refusal = catchThrowableOfType(
                PublishException.class,
                () -> Stages.get(
                        trial.broker()
                                .publish(List.of(Messages.to(queue, "urgent").withPriority(5))),
                        trial.patience()));

        assertThat(refusal).isNotNull();
        assertThat(refusal.retryable()).isFalse();
        trial.publish(queue, "usual");
        assertThat(trial.taker(queue, 2).finish(1)).containsExactly("usual");
    }
}
