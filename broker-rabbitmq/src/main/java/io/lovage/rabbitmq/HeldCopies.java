package io.lovage.rabbitmq;

import io.lovage.spi.Settled;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The copies of one consumer by their tokens, for as long as the server may still have one of them. Thread-safe. */
final class HeldCopies {
    private final Map<String, HeldCopy> byToken = new ConcurrentHashMap<>();
    private final Executor callbacks;
    private final Runnable changed;
    private volatile boolean everLost;

    /**
     * Begins empty.
     *
     * @param callbacks runs what is to be told
     * @param changed is run when fewer deliveries may be held than before
     */
    HeldCopies(Executor callbacks, Runnable changed) {
        this.callbacks = callbacks;
        this.changed = changed;
    }

    void add(HeldCopy copy) {
        byToken.put(copy.token(), copy);
    }

    @Nullable
    HeldCopy of(String token) {
        return byToken.get(token);
    }

    List<HeldCopy> all() {
        return List.copyOf(byToken.values());
    }

    boolean isEmpty() {
        return byToken.isEmpty();
    }

    /** How many deliveries are held by a copy and not settled. */
    int count() {
        int count = 0;
        for (HeldCopy copy : byToken.values()) {
            if (copy.counts()) {
                count++;
            }
        }
        return count;
    }

    /** Whether something may be on its way home, or under way to the holding queue, of which nobody knows here. */
    boolean areAccountedFor() {
        return !everLost && byToken.values().stream().noneMatch(copy -> copy.counts() || copy.isHomebound());
    }

    void hideAll() {
        byToken.values().forEach(HeldCopy::hide);
    }

    /** What our clock says. */
    void expire(Duration longestPublish) {
        loseWhere(HeldCopy::expire);
        byToken.values().removeIf(copy -> {
            boolean forget = copy.isForgettable(longestPublish);
            everLost |= forget && copy.isHomebound();
            return forget;
        });
    }

    /** Those that should have been in the holding queue at that moment, and were not. */
    void missing(Set<String> seen, long moment) {
        loseWhere(copy -> seen.contains(copy.token()) ? null : copy.missingAt(moment));
    }

    /**
     * The server has none of them any more. Returns those that are still needed; one whose lease is over is among them,
     * since nobody knows whether it was on its way home by then.
     */
    List<HeldCopy> gone() {
        byToken.values().forEach(copy -> tell(copy.acknowledged(Settled.SENT)));
        return byToken.values().stream().filter(HeldCopies::isNeeded).toList();
    }

    /** Whether one of them must not be lost with its queue. */
    boolean areNeeded() {
        return byToken.values().stream().anyMatch(HeldCopies::isNeeded);
    }

    private static boolean isNeeded(HeldCopy copy) {
        return copy.counts() || copy.isHomebound();
    }

    /** None of them is to be found any more. */
    void vanish() {
        loseWhere(HeldCopy::vanished);
    }

    private void loseWhere(Function<HeldCopy, @Nullable Runnable> loss) {
        for (HeldCopy copy : byToken.values()) {
            Runnable telling = loss.apply(copy);
            if (telling != null) {
                everLost = true;
                tell(telling);
            }
        }
    }

    /** Gives up whatever is not settled. */
    void giveUp() {
        everLost |= byToken.values().stream().anyMatch(HeldCopy::isHomebound);
        byToken.values().forEach(copy -> tell(copy.giveUp()));
    }

    /** Runs it on a thread that may wait. */
    void tell(@Nullable Runnable telling) {
        if (telling != null) {
            callbacks.execute(() -> {
                telling.run();
                changed.run();
            });
        }
    }
}
