package io.lovage.kafka;

import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Moves what has waited: written where it goes next, confirmed, and only then counted as moved. A crash in between moves
 * it again: twice, never not at all (rules R5.3, R1.1).
 *
 * Of each level it holds what one look brought, and looks again when all of that has gone: the memory it takes does not
 * depend on how much waits (rule R5.4).
 */
/** Moves delayed messages from level to level and to their queues. Belongs to one thread. */
final class Mover {
    private static final Logger log = LoggerFactory.getLogger(Mover.class);

    /** When nothing waits, or nothing for long. */
    static final Duration LONGEST_LOOK = Duration.ofMillis(500);

    private static final Duration UNTIL_TOLD = Duration.ofMillis(20);
    private static final Duration AFTER_A_FAILURE = Duration.ofMillis(500);
    /** More than any write takes, which has a limit of its own. */
    private static final Duration WRITE_LIMIT = Duration.ofSeconds(30);
    /** A topic that was there is believed to be there. */
    private static final Duration BELIEVED = Duration.ofSeconds(1);

    private static final int AT_ONCE = 1_000;

    /** Who finds no topic comes back after half a minute, ten times: a broker may not know it yet. */
    static final int MISSED_LEVEL = 7;

    static final int MOST_MISSED = 10;

    /**
     * A hop that was begun.
     *
     * @param written completes with the brokers' time, or with nothing: topics of queues may tell the time of whoever
     *     writes
     */
    private record Hop(DelayedRecord from, CompletableFuture<@Nullable Long> written) {}

    private final LevelLog levels;
    private final IntFunction<String> topicOf;
    private final TimeSource time;
    private final BrokersClock clock;
    private final Map<Integer, Deque<DelayedRecord>> heads = new HashMap<>();
    private final Map<String, Long> seenAt = new HashMap<>();
    private @Nullable CompletableFuture<long[]> tick;
    private long notBefore;

    /**
     * Begins.
     *
     * @param topicOf the topic of a level
     */
    Mover(LevelLog levels, IntFunction<String> topicOf, TimeSource time) {
        this.levels = levels;
        this.topicOf = topicOf;
        this.time = time;
        this.clock = new BrokersClock(time.nanoTime());
        this.notBefore = time.nanoTime();
    }

    /** Looks once, waiting for {@link #LONGEST_LOOK} at most, and moves what is due. */
    void turn() {
        DelayedRecord.Seen seen = levels.poll(untilSomethingIsDue());
        seen.lost().forEach(heads::remove);
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
        if (now.isPresent() && time.nanoTime() - notBefore >= 0) {
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
                log.debug("the brokers did not tell their time");
            } else {
                long[] told = asked.join();
                clock.told(told[0], told[1]);
            }
        }
        if (tick == null && clock.wantsToBeTold(time.nanoTime())) {
            tick = levels.tick()
                    .thenApply(brokersMillis -> new long[] {brokersMillis, time.nanoTime()})
                    .toCompletableFuture();
        }
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
        Set<String> missing = missing(due, now);
        List<Hop> hops = new ArrayList<>(due.size());
        for (DelayedRecord waiting : due) {
            hops.add(new Hop(waiting, hop(waiting, now, missing)));
        }
        long deadline = time.nanoTime() + WRITE_LIMIT.toNanos();
        Map<Integer, Long> moved = new HashMap<>();
        Map<Integer, Long> failed = new HashMap<>();
        for (Hop hop : hops) {
            DelayedRecord from = hop.from();
            if (!failed.containsKey(from.level())) {
                if (isWritten(hop, deadline)) {
                    moved.put(from.level(), from.offset() + 1);
                } else {
                    failed.put(from.level(), from.offset());
                }
            }
        }
        if (!moved.isEmpty()) {
            levels.moved(moved);
        }
        if (!failed.isEmpty()) {
            seenAt.clear();
            notBefore = time.nanoTime() + AFTER_A_FAILURE.toNanos();
            failed.forEach((level, offset) -> {
                levels.rewind(level, offset);
                heads.computeIfPresent(level, (same, queue) -> new ArrayDeque<>());
            });
        }
    }

    /** Of those that go to their queues now, the topics that are not there; none when nobody can tell. */
    private Set<String> missing(List<DelayedRecord> due, long now) {
        long asked = time.nanoTime();
        Set<String> targets = new HashSet<>();
        for (DelayedRecord waiting : due) {
            waiting.headers()
                    .filter(headers -> headers.due(waiting.appendedMillis()) <= now)
                    .map(DelayHeaders::target)
                    .filter(target ->
                            asked - seenAt.getOrDefault(target, asked - BELIEVED.toNanos()) >= BELIEVED.toNanos())
                    .ifPresent(targets::add);
        }
        if (targets.isEmpty()) {
            return Set.of();
        }
        Set<String> missing;
        try {
            missing = levels.missing(targets).toCompletableFuture().get(WRITE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.debug("cannot tell which of {} exist", targets, e);
            return Set.of();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        targets.removeAll(missing);
        if (seenAt.size() > AT_ONCE) {
            seenAt.clear();
        }
        targets.forEach(target -> seenAt.put(target, asked));
        return missing;
    }

    private CompletableFuture<@Nullable Long> hop(DelayedRecord waiting, long now, Set<String> missing) {
        if (waiting.headers().isEmpty()) {
            log.warn("dropped a record in {} that no Lovage wrote", topicOf.apply(waiting.level()));
            return CompletableFuture.completedFuture(null);
        }
        DelayHeaders headers = waiting.headers().get();
        String target = headers.target();
        long due = headers.due(waiting.appendedMillis());
        if (due > now) {
            return write(DelayLevels.levelFor(due - now), DelayHeaders.next(target, due, 0), waiting.value());
        }
        if (!missing.contains(target)) {
            return levels.write(new DelayStep(target, Map.of()), waiting.value())
                    .<@Nullable Long>thenApply(appended -> null)
                    .toCompletableFuture();
        }
        if (headers.missed() >= MOST_MISSED) {
            log.warn("dropped a delayed message: its queue, topic {}, was deleted", target);
            return CompletableFuture.completedFuture(null);
        }
        return write(MISSED_LEVEL, DelayHeaders.next(target, due, headers.missed() + 1), waiting.value());
    }

    private CompletableFuture<@Nullable Long> write(int level, DelayHeaders headers, byte[] value) {
        return levels.write(new DelayStep(topicOf.apply(level), headers.write()), value)
                .<@Nullable Long>thenApply(appended -> appended)
                .toCompletableFuture();
    }

    private boolean isWritten(Hop hop, long deadline) {
        try {
            Long appended = hop.written().get(Math.max(0, deadline - time.nanoTime()), TimeUnit.NANOSECONDS);
            if (appended != null) {
                clock.told(appended, time.nanoTime());
            }
            return true;
        } catch (ExecutionException e) {
            log.warn("cannot move a delayed message on, trying again: {}", KafkaErrors.text(KafkaErrors.root(e)));
        } catch (TimeoutException e) {
            log.warn("cannot move a delayed message on, trying again: Kafka did not confirm within {}", WRITE_LIMIT);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        return false;
    }
}
