package io.lovage.kafka;

import io.lovage.kafka.Producers.Generation;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.TimeSource;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Results that a producer was given and has not confirmed. It gives each of them up by itself when its time is over;
 * but one whose thread has died, as it does when the memory is used up, never says anything, and who waits would wait
 * for ever. So each of them fails here a moment later, and the next has another producer. Thread-safe.
 */
final class UnconfirmedResults {
    private static final Logger log = LoggerFactory.getLogger(UnconfirmedResults.class);
    /** More than a producer that lives takes to give up what it should have given up. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private record Open(CompletableFuture<Void> held, Generation by, long since) {}

    private final Producers producers;
    private final TimeSource time;
    private final Executor callbacks;
    private final Duration longest;
    /** The oldest first, since all have the same time. */
    private final Queue<Open> open = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean looking = new AtomicBoolean();

    UnconfirmedResults(ResultSurroundings around) {
        this.producers = around.producers();
        this.time = around.time();
        this.callbacks = around.callbacks();
        this.longest = around.producers().timeout().plus(GRACE);
    }

    /** Will complete, whatever becomes of this producer. */
    void add(CompletableFuture<Void> held, Generation by) {
        open.add(new Open(held, by, time.nanoTime()));
        lookLater();
    }

    /** One alarm is set while anything is open. */
    private void lookLater() {
        if (!open.isEmpty() && looking.compareAndSet(false, true)) {
            time.after(longest, this::look);
        }
    }

    private void look() {
        looking.set(false);
        long now = time.nanoTime();
        for (Open oldest = open.peek(); oldest != null && isOver(oldest, now); oldest = open.peek()) {
            open.remove(oldest);
            if (!oldest.held().isDone()) {
                giveUp(oldest);
            }
        }
        lookLater();
    }

    private boolean isOver(Open one, long now) {
        return one.held().isDone() || now - one.since() >= longest.toNanos();
    }

    private void giveUp(Open silent) {
        @Nullable Generation retired = producers.retireIfSilentSince(silent.by().number(), silent.since());
        if (retired != null) {
            log.warn("no result was confirmed for {}: they go on with a new producer", UrlOptions.written(longest));
            time.after(longest, () -> callbacks.execute(() -> producers.close(retired)));
        }
        callbacks.execute(() -> silent.held()
                .completeExceptionally(new BrokerUnavailableException(
                        "cannot store a result: Kafka did not confirm it within " + UrlOptions.written(longest))));
    }
}
