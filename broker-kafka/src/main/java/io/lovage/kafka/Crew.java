package io.lovage.kafka;

import io.lovage.spi.BrokerException;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts and ends the lanes of a consumer. There are never more than there should be: one of batches, or as many of one
 * record each as the pace asks for, the prefetch has room for, and the share group lets in; and after each change of
 * one of these {@link #plan} makes them as many. Thread-safe.
 */
final class Crew {
    private static final Logger log = LoggerFactory.getLogger(Crew.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    /**
     * Whose lanes they are.
     *
     * @param whenOneHasEnded runs on the thread of that lane
     */
    record Spec(String queue, int prefetch, TimeSource time, ThreadFactory threads, Runnable whenOneHasEnded) {}

    private final Desk desk;
    private final Spec spec;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    /* guarded by the lock of the desk */
    private final Crowd crowd;
    /** Whether no lane is started for a moment, after a failure that may heal. */
    private boolean waiting;

    Crew(Desk desk, Spec spec) {
        this.desk = desk;
        this.spec = spec;
        this.crowd = new Crowd(spec.queue());
    }

    /** Completes when the last lane of a consumer that takes nothing more has ended. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** Starts and ends lanes until there are as many as there should be. */
    void plan() {
        List<Lane> surplus;
        List<Lane> fresh = new ArrayList<>();
        BrokerException refused = null;
        desk.lock.lock();
        try {
            boolean taking = desk.isTaking() && desk.failure == null;
            boolean batches = taking && desk.pace.takesBatches() && !desk.inHand.isAnyAlone();
            int ones = taking && !batches ? room() : 0;
            surplus = desk.roster.dismiss(batches, ones);
            try {
                if (batches && !waiting) {
                    desk.roster.hireBatch(desk.pace.batch(), fresh);
                } else if (!waiting) {
                    desk.roster.hire(ones, fresh);
                }
            } catch (BrokerException e) {
                refused = e;
            }
        } finally {
            desk.lock.unlock();
        }
        surplus.forEach(Lane::stop);
        fresh.forEach(this::launch);
        if (refused != null) {
            failed(refused);
        }
    }

    /**
     * With the lock. Each lane of one record may bring one more than is in hand of those that leave; none does beside
     * what runs alone.
     */
    private int room() {
        if (desk.inHand.isAnyAlone()) {
            return 0;
        }
        int held = desk.roster.heldByLeaving();
        int wished = Math.max(held == 0 ? 1 : 0, Math.min(desk.pace.lanes(), spec.prefetch() - held));
        return Math.min(wished, crowd.limit(spec.time().nanoTime()).orElse(wished));
    }

    private void launch(Lane lane) {
        spec.threads()
                .newThread(() -> {
                    try {
                        lane.run();
                    } finally {
                        gone(lane);
                    }
                })
                .start();
    }

    private void gone(Lane lane) {
        boolean last;
        boolean unexpected;
        desk.lock.lock();
        try {
            unexpected = desk.roster.remove(lane);
            desk.inHand.forget(lane);
            last = desk.isEnding() && !desk.roster.isAnyLeaving();
        } finally {
            desk.lock.unlock();
        }
        BrokerException reason = lane.failure();
        if (reason != null && Crowd.isWhy(reason)) {
            crowded();
        } else if (reason != null) {
            failed(reason);
        } else if (unexpected || !last) {
            plan();
        }
        spec.whenOneHasEnded().run();
        if (last) {
            ended.complete(null);
        }
    }

    private void crowded() {
        Duration pause;
        desk.lock.lock();
        try {
            pause = crowd.refused(desk.roster.taking().size(), spec.time().nanoTime());
        } finally {
            desk.lock.unlock();
        }
        spec.time().after(pause, this::plan);
    }

    /** What may heal is tried again after a while; what will not ends the taking. */
    void failed(BrokerException reason) {
        desk.lock.lock();
        try {
            if (!desk.isTaking() || waiting) {
                return;
            }
            if (reason.retryable()) {
                log.warn("taking from queue '{}' failed and is tried again in {}", spec.queue(), AGAIN, reason);
                waiting = true;
            } else {
                desk.failure = reason;
                desk.changed.signalAll();
            }
        } finally {
            desk.lock.unlock();
        }
        if (reason.retryable()) {
            spec.time().after(AGAIN, this::goOn);
        } else {
            plan();
        }
    }

    private void goOn() {
        desk.lock.lock();
        try {
            waiting = false;
        } finally {
            desk.lock.unlock();
        }
        plan();
    }

    /** Takes nothing more: the lanes end when all they have is settled. */
    void end() {
        plan();
        boolean nobody;
        desk.lock.lock();
        try {
            nobody = desk.roster.isEmpty();
        } finally {
            desk.lock.unlock();
        }
        if (nobody) {
            ended.complete(null);
        }
    }

    /** Those that still hold something end at once, and leave it to the server. */
    void quit() {
        desk.lock.lock();
        try {
            desk.roster.leaving().forEach(Lane::quit);
        } finally {
            desk.lock.unlock();
        }
    }
}
