package io.lovage.kafka;

import io.lovage.spi.Threads;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that moves delayed messages, in every process that consumes; all but one stand by. Started by the first
 * consumer. Begins anew after whatever went wrong. Thread-safe.
 */
final class DelayMover implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DelayMover.class);
    private static final Duration BETWEEN_LIVES = Duration.ofSeconds(1);
    /** What is under way is confirmed by then, or the brokers are not there. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Duration END = Duration.ofSeconds(15);

    /** One life: the levels, and the one who moves. */
    record Life(KafkaLevelLog levels, Mover mover) {}

    private final Supplier<Life> lives;
    private final Threads threads;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable Life current;
    /** Whether the log says that nothing is moved; belongs to the thread. */
    private boolean told;

    private @Nullable Thread thread;

    /**
     * Begins; nothing runs yet.
     *
     * @param lives makes one; called again after the one before has failed
     */
    DelayMover(Supplier<Life> lives, Threads threads) {
        this.lives = lives;
        this.threads = threads;
    }

    /** Idempotent; does nothing after {@link #close}. */
    synchronized void start() {
        if (thread == null && stopped.getCount() > 0) {
            Thread started = threads.named("kafka-delays").newThread(this::run);
            thread = started;
            started.start();
        }
    }

    private void run() {
        do {
            try {
                live();
            } catch (WakeupException e) {
                log.debug("stops moving delayed messages");
            } catch (InterruptException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException | Error e) { // also when the memory was used up: nobody else moves then
                if (!told) {
                    log.warn("cannot move delayed messages now, trying again and again: {}", KafkaErrors.text(e));
                }
                log.debug("cannot move delayed messages", e);
                told = true;
            }
        } while (!isStoppedAfter(BETWEEN_LIVES));
    }

    private void live() {
        Life life = lives.get();
        current = life;
        try {
            while (stopped.getCount() > 0) {
                life.mover().turn();
                told = false;
            }
        } finally {
            current = null;
            life.levels().close();
        }
    }

    private boolean isStoppedAfter(Duration pause) {
        try {
            return stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Returns when somebody else may move. Idempotent. */
    @Override
    public void close() {
        stopped.countDown();
        Thread running;
        synchronized (this) {
            running = thread;
        }
        Life life = current;
        if (life != null) {
            life.levels().wakeup();
        }
        if (running == null || running == Thread.currentThread()) {
            return;
        }
        try {
            running.join(PATIENCE.toMillis());
            if (running.isAlive() && life != null) {
                life.levels().giveUpWriting();
            }
            running.join(END.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
