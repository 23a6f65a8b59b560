package io.lovage.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Puts back what a consumer is not to have. While one that takes nothing more has lanes that still end, the server may
 * give them what is put back: it counts that, and so would every restart of a worker (rule R7.4). So whatever puts
 * something back waits until no lane of such a consumer can be given anything. Thread-safe.
 */
final class GivingBack {
    private final Desk desk;
    private final Rebasing rebasing;
    /* guarded by the lock of the desk */
    /** How many times something has come to a lane and has no place at the desk yet. */
    private int arriving;

    private final List<Runnable> waiting = new ArrayList<>();
    private CompletableFuture<Void> onItsWay = CompletableFuture.completedFuture(null);

    GivingBack(Desk desk, Rebasing rebasing) {
        this.desk = desk;
        this.rebasing = rebasing;
    }

    /**
     * What was never handed out goes back uncounted. It counts as going back from now on: whoever drains waits for it,
     * also when it came while the lanes ended.
     */
    void giveBack(List<KafkaDelivery> back) {
        CompletableFuture<Void> given = new CompletableFuture<>();
        desk.lock.lock();
        try {
            onItsWay = CompletableFuture.allOf(onItsWay, given);
        } finally {
            desk.lock.unlock();
        }
        onceNobodyFetches(() -> rebasing.giveBack(back).whenComplete((nothing, ignored) -> given.complete(null)));
    }

    /** Runs {@code putBack} when it may: now, or on the thread that sees the last lane end. */
    void onceNobodyFetches(Runnable putBack) {
        desk.lock.lock();
        try {
            waiting.add(putBack);
        } finally {
            desk.lock.unlock();
        }
        look();
    }

    /** Completes when everything that was given back until now is on its way, in whatever form. */
    CompletionStage<Void> everythingIsBack() {
        desk.lock.lock();
        try {
            return onItsWay;
        } finally {
            desk.lock.unlock();
        }
    }

    /** Something has come to a lane: until {@link #hasArrived} it is not known whether it goes back. */
    void arrives() {
        desk.lock.lock();
        try {
            arriving++;
        } finally {
            desk.lock.unlock();
        }
    }

    void hasArrived() {
        desk.lock.lock();
        try {
            arriving--;
        } finally {
            desk.lock.unlock();
        }
        look();
    }

    /** A lane has less to fetch, or is gone: what waits may go. */
    void look() {
        List<Runnable> now;
        desk.lock.lock();
        try {
            if (!desk.isTaking() && (arriving > 0 || desk.roster.isAnyFetching())) {
                return;
            }
            now = List.copyOf(waiting);
            waiting.clear();
        } finally {
            desk.lock.unlock();
        }
        now.forEach(Runnable::run);
    }
}
