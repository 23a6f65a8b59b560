package io.lovage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lovage.Arguments;
import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.TaskFailedException;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.TaskState;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Chapter R8. */
abstract class ExpiryRules extends Chapter {
    private static final Duration EXPIRY = Duration.ofMillis(300);

    @Test
    @DisplayName("R8.1 an expired message does not run and ends as REVOKED with expired")
    void anExpiredMessageDoesNotRun(Trial trial) {
        QueueSpec queue = trial.queue();
        Lovage lovage = trial.lovage();
        AtomicInteger runs = new AtomicInteger();
        AsyncResult<Object> result = lovage.send(
                Tasks.ECHO.with(Arguments.none()).queue(queue.name()).expiresIn(EXPIRY));
        trial.letPass(EXPIRY.multipliedBy(2));

        trial.start(lovage.worker().queue(queue, 1).concurrency(1).handle(Tasks.ECHO, (arguments, context) -> {
            runs.incrementAndGet();
            return null;
        }));
        TaskFailedException revoked =
                catchThrowableOfType(TaskFailedException.class, () -> result.get(trial.patience()));

        assertThat(revoked).isNotNull();
        assertThat(revoked.state()).isEqualTo(TaskState.REVOKED);
        assertThat(revoked.getMessage()).containsIgnoringCase("expired");
        assertThat(runs).hasValue(0);
    }

    @Test
    @DisplayName("R8.1 the broker itself never drops an expired message")
    void theBrokerItselfNeverDropsAnExpiredMessage(Trial trial) {
        QueueSpec queue = trial.queue();
        Lovage lovage = trial.lovage();
        lovage.send(Tasks.ECHO.with(Arguments.none()).queue(queue.name()).expiresIn(EXPIRY));

        trial.letPass(EXPIRY.multipliedBy(3));

        Delivery delivery = trial.taker(queue, 1).one();
        assertThat(delivery.message().message().header("expires")).isNotNull();
    }
}
