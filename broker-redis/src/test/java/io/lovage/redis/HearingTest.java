package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.internal.time.NamedThreads;
import io.lovage.spi.AccessRefusedException;
import io.lovage.spi.BrokerUnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HearingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final NamedThreads threads = new NamedThreads("hearing-test");
    private final AtomicInteger attempts = new AtomicInteger();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);

    private CompletableFuture<Void> asking(Hearing hearing) {
        CompletableFuture<Void> asked = new CompletableFuture<>();
        threads.named("asking")
                .newThread(() -> {
                    try {
                        hearing.open();
                        asked.complete(null);
                    } catch (RuntimeException e) {
                        asked.completeExceptionally(e);
                    }
                })
                .start();
        return asked;
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    /** As a server does that is silent. */
    private Link neverConnects() {
        attempts.incrementAndGet();
        begun.countDown();
        try {
            await(new CountDownLatch(1));
        } catch (InterruptedException e) {
            interrupted.countDown();
        }
        throw new BrokerUnavailableException("interrupted");
    }

    @Test
    @DisplayName("R10.3 closing does not wait for a connection that is being made, and nobody waits for it any longer")
    void closingDoesNotWaitForWhoConnects() throws InterruptedException {
        Hearing hearing = new Hearing(this::neverConnects, threads);
        CompletableFuture<Void> first = asking(hearing);
        await(begun);
        CompletableFuture<Void> second = asking(hearing);

        hearing.close();

        assertThatThrownBy(() -> first.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .hasRootCauseMessage("this connection to the results was closed");
        assertThatThrownBy(() -> second.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .hasRootCauseMessage("this connection to the results was closed");
        await(interrupted);
        assertThat(attempts).hasValue(1);
        assertThatThrownBy(hearing::open).isInstanceOf(BrokerUnavailableException.class);
    }

    @Test
    @DisplayName("R10.2 all who ask meanwhile are told of the same failure, at once, and the next who asks tries again")
    void whoAsksMeanwhileSharesTheFailure() throws InterruptedException {
        CountDownLatch refusal = new CountDownLatch(1);
        Hearing hearing = new Hearing(
                () -> {
                    attempts.incrementAndGet();
                    begun.countDown();
                    try {
                        await(refusal);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    throw new AccessRefusedException("no", null);
                },
                threads);
        CompletableFuture<Void> first = asking(hearing);
        await(begun);
        refusal.countDown();

        assertThatThrownBy(() -> first.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(AccessRefusedException.class);
        assertThatThrownBy(hearing::open).isInstanceOf(AccessRefusedException.class);
        assertThat(attempts).hasValue(2);
    }
}
