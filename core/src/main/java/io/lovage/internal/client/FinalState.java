package io.lovage.internal.client;

import io.lovage.spi.ResultBackend;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/*
 * All waiters of one handle share one subscription: it is opened by the first and closed with the last, so that a handle
 * nobody waits on holds nothing.
 *
 * The backend may answer before `onFinal` has returned its subscription, on this thread or another one, and the last
 * waiter may leave meanwhile. So nothing foreign is called with the lock held, and the subscription is closed by whoever
 * finds it useless: the opener, if the answer came or everybody left while it was opening; else the one who made it so.
 */
/** Waits for the final state of one task. Thread-safe. */
final class FinalState {
    private final ResultBackend backend;
    private final OpenWaits openWaits;
    private final TaskId id;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<CompletableFuture<StoredResult>> waiters = new ArrayList<>(1);
    private ResultBackend.@Nullable Subscription subscription;
    private boolean opening;
    private @Nullable StoredResult known;

    FinalState(ResultBackend backend, OpenWaits openWaits, TaskId id) {
        this.backend = backend;
        this.openWaits = openWaits;
        this.id = id;
    }

    /** What arrived here, if it did. */
    @Nullable
    StoredResult known() {
        lock.lock();
        try {
            return known;
        } finally {
            lock.unlock();
        }
    }

    /** Completes with the final state; however it completes, by its holder too, the waiting ends. */
    CompletableFuture<StoredResult> await() {
        CompletableFuture<StoredResult> waiter = new CompletableFuture<>();
        StoredResult already;
        boolean open;
        lock.lock();
        try {
            already = known;
            open = already == null && !opening && subscription == null;
            opening |= open;
            if (already == null) {
                waiters.add(waiter);
                openWaits.add(this);
            }
        } finally {
            lock.unlock();
        }
        if (already != null) {
            waiter.complete(already);
            return waiter;
        }
        CompletionStage<StoredResult> end = waiter;
        end.whenComplete((result, error) -> leave(waiter));
        if (openWaits.ended()) {
            fail(openWaits.closed());
        } else if (open) {
            open();
        }
        return waiter;
    }

    private void open() {
        ResultBackend.Subscription opened;
        try {
            opened = backend.onFinal(id, this::arrived);
        } catch (RuntimeException e) {
            fail(e);
            return;
        }
        boolean useless;
        lock.lock();
        try {
            opening = false;
            useless = waiters.isEmpty();
            if (!useless) {
                subscription = opened;
            }
        } finally {
            lock.unlock();
        }
        if (useless) {
            opened.close();
        }
    }

    private void arrived(StoredResult result) {
        List<CompletableFuture<StoredResult>> told;
        ResultBackend.Subscription done;
        lock.lock();
        try {
            known = result;
            told = takeWaiters();
            done = takeSubscription();
        } finally {
            lock.unlock();
        }
        close(done);
        told.forEach(waiter -> waiter.complete(result));
    }

    /** Ends all waiting. */
    void fail(RuntimeException error) {
        List<CompletableFuture<StoredResult>> told;
        ResultBackend.Subscription useless;
        lock.lock();
        try {
            opening = false;
            told = takeWaiters();
            useless = takeSubscription();
        } finally {
            lock.unlock();
        }
        close(useless);
        told.forEach(waiter -> waiter.completeExceptionally(error));
    }

    private void leave(CompletableFuture<StoredResult> waiter) {
        ResultBackend.Subscription useless = null;
        lock.lock();
        try {
            waiters.removeIf(other -> other == waiter);
            if (waiters.isEmpty()) {
                openWaits.remove(this);
                useless = takeSubscription();
            }
        } finally {
            lock.unlock();
        }
        close(useless);
    }

    /** The stored result was removed, so what is known here holds no more. */
    void forget() {
        lock.lock();
        try {
            known = null;
        } finally {
            lock.unlock();
        }
    }

    private static void close(ResultBackend.@Nullable Subscription subscription) {
        if (subscription != null) {
            subscription.close();
        }
    }

    // what follows is called with the lock

    private List<CompletableFuture<StoredResult>> takeWaiters() {
        List<CompletableFuture<StoredResult>> taken = List.copyOf(waiters);
        waiters.clear();
        openWaits.remove(this);
        return taken;
    }

    private ResultBackend.@Nullable Subscription takeSubscription() {
        ResultBackend.Subscription taken = subscription;
        subscription = null;
        return taken;
    }
}
