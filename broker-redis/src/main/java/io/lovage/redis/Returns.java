package io.lovage.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** What a consumer gives back to its queue unsettled. Thread-safe. */
final class Returns {
    /* guarded by this */
    private CompletionStage<Void> underWay = CompletableFuture.completedFuture(null);

    /** What nobody was handed goes back at once (rule R2.5), in reverse, so that the first is the first again. */
    void unused(List<RedisDelivery> unused) {
        for (int i = unused.size() - 1; i >= 0; i--) {
            CompletionStage<Void> one = unused.get(i).giveBack(false);
            synchronized (this) {
                underWay = underWay.thenCombine(one, (before, now) -> null);
            }
        }
    }

    /** Completes when everything that was not used so far is back. */
    synchronized CompletionStage<Void> end() {
        return underWay;
    }

    /** Gives back what was handed out and is not settled. Completes when that is done, or cannot be done. */
    static CompletionStage<Void> unsettled(List<RedisDelivery> handedOut) {
        Stream<CompletionStage<Void>> all = handedOut.stream().map(delivery -> delivery.giveBack(true));
        return CompletableFuture.allOf(
                all.map(CompletionStage::toCompletableFuture).toArray(CompletableFuture<?>[]::new));
    }
}
