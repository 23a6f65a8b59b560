package io.lovage.kafka;

import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/*
 * Moves what has waited: written where it goes next, confirmed, and only then counted as moved. A crash in between moves
 * it again: twice, never not at all (rules R5.3, R1.1).
 *
 * Who slept for longer than his session lasts (SIGSTOP, a laptop's lid) has been replaced and does not know: what he
 * holds was moved by somebody else. So nothing is written unless the group said a moment ago that the levels are ours.
 *
 * Of each level it holds what one look brought, and looks again when all of that has gone: the memory it takes does not
 * depend on how much waits (rule R5.4).
 */
/** Moves delayed messages from level to level and to their queues. Belongs to one thread. */
final class Mover {
    /** When nothing waits, or nothing for long. */
    static final Duration LONGEST_LOOK = Duration.ofMillis(500);

    private static final Duration UNTIL_TOLD = Duration.ofMillis(20);
    private static final Duration AFTER_A_FAILURE = Duration.ofMillis(500);
    /** So often in a row the brokers may not tell their time before all is begun anew. */
    private static final int UNANSWERED = 3;

    private static final int AT_ONCE = 1_000;

    /** So long it is believed that the levels are ours. */
    static final Duration PROVEN = KafkaLevelLog.SESSION.dividedBy(3);

    private final LevelLog levels;
    private final Hops hops;
    private final TimeSource time;
    private final BrokersClock clock;
    private final Map<Integer, Deque<DelayedRecord>> heads = new HashMap<>();
    private @Nullable CompletableFuture<long[]> tick;
    private int unanswered;
    private long notBefore;
    private long provenAt;

    /** Begins. */
    Mover(LevelLog levels, DelayedLetter.Names names, TimeSource time) {
        this.levels = levels;
        this.time = time;
        this.clock = new BrokersClock(time.nanoTime());
        this.hops = new Hops(levels, names, time, told -> clock.told(told, time.nanoTime()));
        this.notBefore = time.nanoTime();
        this.provenAt = time.nanoTime() - PROVEN.toNanos();
    }

    /**
     * Looks once, waiting for {@link #LONGEST_LOOK} at most, and moves what is due.
     *
     * @throws BrokerUnavailableException when topics of the delays are gone, or nothing can be written
     */
    void turn() {
        DelayedRecord.Seen seen = levels.poll(untilSomethingIsDue());
        seen.lost().forEach(heads::remove);
        hops.lost(seen.lost());
        for (DelayedRecord waiting : seen.records()) {
            heads.computeIfAbsent(waiting.level(), level -> {
                        levels.pause(level);
                        return new ArrayDeque<>();
                    })
                    .add(waiting);
        }
        if (heads.isEmpty()) {
            return;
        }
        askForTheTime();
        OptionalLong now = clock.now(time.nanoTime());
        if (now.isPresent() && time.nanoTime() - notBefore >= 0 && isAnyDue(now.getAsLong()) && isOurs()) {
            move(due(now.getAsLong()), now.getAsLong());
        }
        heads.entrySet().removeIf(level -> {
            boolean gone = level.getValue().isEmpty();
            if (gone) {
                levels.resume(level.getKey());
            }
            return gone;
        });
    }

    private Duration untilSomethingIsDue() {
        if (heads.isEmpty()) {
            return LONGEST_LOOK;
        }
        OptionalLong now = clock.now(time.nanoTime());
        if (now.isEmpty()) {
            return UNTIL_TOLD;
        }
        long millis = heads.values().stream()
                .mapToLong(level -> level.getFirst().leavesAt() - now.getAsLong())
                .min()
                .orElse(LONGEST_LOOK.toMillis());
        long held = TimeUnit.NANOSECONDS.toMillis(notBefore - time.nanoTime());
        return Duration.ofMillis(Math.max(0, Math.min(LONGEST_LOOK.toMillis(), Math.max(millis, held))));
    }

    private void askForTheTime() {
        CompletableFuture<long[]> asked = tick;
        if (asked != null && asked.isDone()) {
            tick = null;
            if (asked.isCompletedExceptionally()) {
                unanswered++;
            } else {
                unanswered = 0;
                long[] told = asked.join();
                clock.told(told[0], told[1]);
            }
            if (unanswered == UNANSWERED) {
                throw new BrokerUnavailableException("the brokers do not tell their time: " + reason(asked));
            }
        }
        if (tick == null && clock.wantsToBeTold(time.nanoTime())) {
            tick = levels.tick()
                    .thenApply(brokersMillis -> new long[] {brokersMillis, time.nanoTime()})
                    .toCompletableFuture();
        }
    }

    private static String reason(CompletableFuture<?> failed) {
        return failed.handle((nothing, failure) -> failure == null ? "" : KafkaErrors.text(KafkaErrors.root(failure)))
                .join();
    }

    private boolean isAnyDue(long now) {
        return heads.values().stream().anyMatch(level -> level.getFirst().leavesAt() <= now);
    }

    /** If not, the next looks tell which levels are lost. */
    private boolean isOurs() {
        long asked = time.nanoTime();
        if (asked - provenAt < PROVEN.toNanos()) {
            return true;
        }
        Map<Integer, Long> next = new HashMap<>();
        heads.forEach((level, records) -> next.put(level, records.getFirst().offset()));
        boolean ours = levels.areOurs(next);
        if (ours) {
            provenAt = asked;
        } else {
            notBefore = time.nanoTime() + UNTIL_TOLD.toNanos();
        }
        return ours;
    }

    /** Takes what is due out of {@link #heads}. */
    private List<DelayedRecord> due(long now) {
        List<DelayedRecord> due = new ArrayList<>();
        for (Deque<DelayedRecord> level : heads.values()) {
            while (!level.isEmpty() && due.size() < AT_ONCE && level.getFirst().leavesAt() <= now) {
                due.add(level.removeFirst());
            }
        }
        return due;
    }

    private void move(List<DelayedRecord> due, long now) {
        if (due.isEmpty()) {
            return;
        }
        Hops.Outcome outcome = hops.move(due, now);
        if (!outcome.moved().isEmpty()) {
            levels.moved(outcome.moved());
        }
        if (!outcome.failed().isEmpty()) {
            notBefore = time.nanoTime() + AFTER_A_FAILURE.toNanos();
            outcome.failed().forEach((level, offset) -> {
                levels.rewind(level, offset);
                heads.computeIfPresent(level, (same, queue) -> new ArrayDeque<>());
            });
        }
    }
}
