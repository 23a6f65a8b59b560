package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.internal.time.NamedThreads;
import io.lovage.spi.BrokerUnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PublishWindowTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final NamedThreads threads = new NamedThreads("window-test");
    private final PublishWindow window = new PublishWindow(10);

    private CompletableFuture<Boolean> entering(int messages) {
        CompletableFuture<Boolean> entered = new CompletableFuture<>();
        int before = window.waiting();
        threads.named("publisher")
                .newThread(() -> {
                    try {
                        entered.complete(window.enter(messages, LONG));
                    } catch (InterruptedException | RuntimeException e) {
                        entered.completeExceptionally(e);
                    }
                })
                .start();
        Awaitility.await("somebody to wait").atMost(LONG).until(() -> window.waiting() > before);
        return entered;
    }

    private static boolean get(CompletableFuture<Boolean> entered) throws Exception {
        return entered.get(LONG.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("R1.3 who finds no room in time is told so, and has taken none")
    void whoFindsNoRoomInTimeIsToldSo() throws InterruptedException {
        assertThat(window.enter(10, LONG)).isTrue();

        assertThat(window.enter(1, Duration.ofMillis(10))).isFalse();

        window.leave(10);
        assertThat(window.enter(10, Duration.ZERO)).isTrue();
    }

    /** A large call once waited as long as small ones kept coming, each of which found its little room. */
    @Test
    void nobodyPassesALargeCallThatWaits() throws Exception {
        window.enter(10, LONG);
        CompletableFuture<Boolean> large = entering(6);

        window.leave(3);

        assertThat(window.enter(1, Duration.ZERO))
                .as("a small call that came later")
                .isFalse();
        window.leave(3);
        assertThat(get(large)).isTrue();
    }

    @Test
    void theyEnterInTheOrderInWhichTheyCame() throws Exception {
        window.enter(9, LONG);
        CompletableFuture<Boolean> first = entering(5);
        CompletableFuture<Boolean> second = entering(4);

        window.leave(5);

        assertThat(get(first)).isTrue();
        window.leave(5);
        assertThat(get(second)).isTrue();
    }

    @Test
    void closingSendsEverybodyAway() throws InterruptedException {
        window.enter(10, LONG);
        CompletableFuture<Boolean> one = entering(1);
        CompletableFuture<Boolean> other = entering(1);

        window.close();

        assertThatThrownBy(() -> get(one)).hasCauseInstanceOf(BrokerUnavailableException.class);
        assertThatThrownBy(() -> get(other)).hasCauseInstanceOf(BrokerUnavailableException.class);
    }
}
