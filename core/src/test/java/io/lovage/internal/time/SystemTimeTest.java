package io.lovage.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.TimeSource.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SystemTimeTest {
    private final SystemTime time = new SystemTime(new NamedThreads("test"));

    @AfterEach
    void close() {
        time.close();
    }

    @Test
    void runsAnActionOnItsOwnNamedDaemonThreadNotBeforeTheDelay() throws Exception {
        CompletableFuture<Thread> ranOn = new CompletableFuture<>();
        CompletableFuture<Long> ranAt = new CompletableFuture<>();
        long begin = time.nanoTime();
        time.after(Duration.ofMillis(20), () -> {
            ranAt.complete(time.nanoTime());
            ranOn.complete(Thread.currentThread());
        });
        assertThat(ranOn.get().getName()).isEqualTo("test-time-1");
        assertThat(ranOn.get().isDaemon()).isTrue();
        assertThat(ranAt.get() - begin).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
    }

    @Test
    void goesOnAfterAnActionThatThrows() throws Exception {
        CompletableFuture<Boolean> next = new CompletableFuture<>();
        time.after(Duration.ZERO, () -> {
            throw new AssertionError("on purpose, its log line is expected");
        });
        time.after(Duration.ofMillis(1), () -> next.complete(true));
        assertThat(next.get()).isTrue();
    }

    @Test
    void neverRunsWhatWasCancelled() throws Exception {
        List<String> ran = new CopyOnWriteArrayList<>();
        CompletableFuture<Boolean> later = new CompletableFuture<>();
        Timer cancelled = time.after(Duration.ofMillis(5), () -> ran.add("cancelled"));
        cancelled.cancel();
        time.after(Duration.ofMillis(10), () -> later.complete(true));
        assertThat(later.get()).isTrue();
        assertThat(ran).isEmpty();
    }

    @Test
    void takesADelayBeyondAllTimeAndCloseIsIdempotentAndSilent() {
        Timer never = time.after(Duration.ofSeconds(Long.MAX_VALUE), () -> {});
        time.close();
        time.close();
        time.after(Duration.ZERO, () -> {}).cancel();
        never.cancel();
        assertThat(time.nanoTime()).isLessThanOrEqualTo(time.nanoTime());
    }

    @Test
    void namesThreadsByOwnerRoleAndNumber() {
        NamedThreads threads = new NamedThreads("lovage");
        assertThat(threads.named("poll").newThread(() -> {}).getName()).isEqualTo("lovage-poll-1");
        assertThat(threads.named("poll").newThread(() -> {}).getName()).isEqualTo("lovage-poll-2");
        assertThat(threads.named("run").newThread(() -> {}).getName()).isEqualTo("lovage-run-1");
        assertThat(threads.named("run").newThread(() -> {}).isDaemon()).isTrue();
    }
}
