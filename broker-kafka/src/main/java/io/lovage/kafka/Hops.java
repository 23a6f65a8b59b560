package io.lovage.kafka;

import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.LineBudget;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Nobody may hold up those behind him. Whoever cannot be written where he is to go makes way: he waits in a level once
 * more. What may heal is repeated for as long as it takes, since a message must not die of a server that is away; what
 * cannot, and a queue that is not there, ten times; then the message is a dead letter.
 *
 * Only when not even that can be written the level stands still: then the cluster is away. What had been written behind
 * the one that was not is remembered, and not written again with every attempt.
 */
/** Writes what is due where it goes next. Belongs to one thread. */
final class Hops {
    private static final Logger log = LoggerFactory.getLogger(Hops.class);

    /** More than any write takes, which has a limit of its own. */
    private static final Duration WRITE_LIMIT = Duration.ofSeconds(30);
    /** A topic that was there is believed to be there. */
    private static final Duration BELIEVED = Duration.ofSeconds(1);

    private static final int MOST_BELIEVED = 1_000;

    /** Who cannot reach his queue comes back after half a minute, ten times: a broker may not know it yet. */
    static final int MISSED_LEVEL = 7;

    static final int MOST_MISSED = 10;

    /** After four seconds, as often as it takes, who met a server that is away. */
    private static final int AWAY_LEVEL = 4;

    /**
     * What came out.
     *
     * @param moved by level, the offset below which all has gone
     * @param failed by level, the offset of the first that has not
     */
    record Outcome(Map<Integer, Long> moved, Map<Integer, Long> failed) {}

    /**
     * A hop that was begun.
     *
     * @param written completes with the brokers' time, or with nothing: topics of queues may tell the time of whoever
     *     writes
     */
    private record Hop(DelayedRecord from, CompletableFuture<@Nullable Long> written) {}

    private final LevelLog levels;
    private final DelayedLetter.Names names;
    private final TimeSource time;
    private final LongConsumer brokersTime;
    private final LineBudget lines;
    private final Map<String, Long> seenAt = new HashMap<>();
    /** By level, the offsets that were written behind one that was not. */
    private final Map<Integer, Set<Long>> writtenAlready = new HashMap<>();

    /** Of one look: topics that are not there, and topics that refuse whatever is written. */
    private Set<String> missing = Set.of();

    private final Map<String, CompletableFuture<Long>> refusing = new HashMap<>();

    /**
     * Begins.
     *
     * @param brokersTime told what the brokers tell
     */
    Hops(LevelLog levels, DelayedLetter.Names names, TimeSource time, LongConsumer brokersTime) {
        this.levels = levels;
        this.names = names;
        this.time = time;
        this.brokersTime = brokersTime;
        this.lines = new LineBudget(time, (kind, count) -> log.warn("{}: {} more in the last minute", kind, count));
    }

    /**
     * Returns when all is written, or was not.
     *
     * @throws BrokerUnavailableException when a level is gone
     */
    Outcome move(List<DelayedRecord> due, long now) {
        missing = missing(due, now);
        refusing.clear();
        List<Hop> hops = new ArrayList<>(due.size());
        due.forEach(waiting -> hops.add(new Hop(waiting, hop(waiting, now))));
        long deadline = time.nanoTime() + WRITE_LIMIT.toNanos();
        Outcome outcome = new Outcome(new HashMap<>(), new HashMap<>());
        boolean nothingCanBeWritten = false;
        for (Hop hop : hops) {
            int level = hop.from().level();
            if (outcome.failed().containsKey(level)) {
                rememberIfWritten(hop);
                continue;
            }
            Optional<BrokerException> failure = failure(hop.written(), deadline);
            if (failure.isPresent() && !nothingCanBeWritten) {
                failure = failure(makeWay(hop.from(), failure.get(), now), deadline);
                nothingCanBeWritten = failure.isPresent();
            }
            if (failure.isEmpty()) {
                outcome.moved().put(level, hop.from().offset() + 1);
            } else {
                tell(
                        "cannot move delayed messages on, trying again",
                        failure.get().getMessage());
                outcome.failed().put(level, hop.from().offset());
            }
        }
        outcome.moved()
                .forEach((level, offset) -> writtenAlready.computeIfPresent(level, (same, offsets) -> {
                    offsets.removeIf(done -> done < offset);
                    return offsets.isEmpty() ? null : offsets;
                }));
        if (!outcome.failed().isEmpty()) {
            seenAt.clear();
        }
        return outcome;
    }

    /** Somebody else has them now. */
    void lost(Set<Integer> lost) {
        lost.forEach(writtenAlready::remove);
    }

    private void rememberIfWritten(Hop hop) {
        if (hop.written().isDone() && !hop.written().isCompletedExceptionally()) {
            writtenAlready
                    .computeIfAbsent(hop.from().level(), level -> new HashSet<>())
                    .add(hop.from().offset());
        }
    }

    /** Of the topics that something goes to now, those that are not there; none when nobody can tell. */
    private Set<String> missing(List<DelayedRecord> due, long now) {
        long asked = time.nanoTime();
        Set<String> ours = new HashSet<>(
                Set.of(names.level().apply(MISSED_LEVEL), names.level().apply(AWAY_LEVEL)));
        Set<String> targets = new HashSet<>();
        for (DelayedRecord waiting : due) {
            waiting.headers().ifPresent(headers -> {
                long left = headers.due(waiting.appendedMillis()) - now;
                if (left > 0) {
                    ours.add(names.level().apply(DelayLevels.levelFor(left)));
                    return;
                }
                targets.add(headers.target());
                if (headers.missed() >= MOST_MISSED) {
                    targets.addAll(DelayedLetter.places(headers, names));
                }
            });
        }
        targets.addAll(ours);
        targets.removeIf(
                target -> asked - seenAt.getOrDefault(target, asked - BELIEVED.toNanos()) < BELIEVED.toNanos());
        if (targets.isEmpty()) {
            return Set.of();
        }
        Set<String> gone;
        try {
            gone = levels.missing(targets).toCompletableFuture().get(WRITE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.debug("cannot tell which of {} exist", targets, e);
            return Set.of();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        ours.retainAll(gone);
        if (!ours.isEmpty()) {
            throw new BrokerUnavailableException("topics " + ours + " are gone, in which messages were delayed");
        }
        targets.removeAll(gone);
        if (seenAt.size() > MOST_BELIEVED) {
            seenAt.clear();
        }
        targets.forEach(target -> seenAt.put(target, asked));
        return gone;
    }

    private CompletableFuture<@Nullable Long> hop(DelayedRecord waiting, long now) {
        if (waiting.headers().isEmpty()) {
            tell("dropped a record that no Lovage wrote", "in " + names.level().apply(waiting.level()));
            return CompletableFuture.completedFuture(null);
        }
        if (writtenAlready.getOrDefault(waiting.level(), Set.of()).contains(waiting.offset())) {
            return CompletableFuture.completedFuture(null);
        }
        DelayHeaders headers = waiting.headers().get();
        long due = headers.due(waiting.appendedMillis());
        if (due > now) {
            return write(DelayLevels.levelFor(due - now), headers.next(due, 0), waiting.value());
        }
        if (!missing.contains(headers.target())) {
            return untimed(written(new DelayStep(headers.target(), Map.of()), waiting.value()));
        }
        QueueNotFoundException gone =
                new QueueNotFoundException("topic " + headers.target() + " of its queue was deleted while it waited");
        return makeWay(waiting, gone, now);
    }

    /** Comes back later; is a dead letter at last. */
    private CompletableFuture<@Nullable Long> makeWay(DelayedRecord waiting, BrokerException why, long now) {
        DelayHeaders headers = waiting.headers().orElseThrow();
        long due = headers.due(waiting.appendedMillis());
        if (due > now || why.retryable()) {
            return write(AWAY_LEVEL, headers.next(due, headers.missed()), waiting.value());
        }
        Optional<DelayedLetter> letter = headers.missed() < MOST_MISSED
                ? Optional.empty()
                : DelayedLetter.of(waiting, names, missing, reason(why), Instant.ofEpochMilli(now));
        if (letter.isPresent()) {
            DelayedLetter dead = letter.get();
            tell("a delayed message is a dead letter now", "in topic " + dead.topic() + ": " + reason(why));
            return untimed(levels.bury(dead.topic(), dead.id(), dead.value()));
        }
        log.debug("a delayed message comes back later: {}", why.getMessage());
        int missed = Math.min(MOST_MISSED, headers.missed() + 1);
        return write(MISSED_LEVEL, headers.next(due, missed), waiting.value());
    }

    /** Of a flood of the same only the first lines, and their number. */
    private void tell(String kind, @Nullable String more) {
        if (lines.allows(kind)) {
            log.warn("{}: {}", kind, more);
        }
    }

    private static String reason(BrokerException why) {
        return "delayed, and not moved to its queue: " + why.getMessage();
    }

    private CompletableFuture<@Nullable Long> write(int level, DelayHeaders headers, byte[] value) {
        return written(new DelayStep(names.level().apply(level), headers.write()), value)
                .<@Nullable Long>thenApply(appended -> appended)
                .toCompletableFuture();
    }

    /** What fails at once may have taken long to: whatever else goes there now is not tried. */
    private CompletionStage<Long> written(DelayStep to, byte[] value) {
        CompletableFuture<Long> known = refusing.get(to.topic());
        if (known != null) {
            return known;
        }
        CompletableFuture<Long> written = levels.write(to, value).toCompletableFuture();
        if (written.isCompletedExceptionally()) {
            refusing.put(to.topic(), written);
        }
        return written;
    }

    private static CompletableFuture<@Nullable Long> untimed(CompletionStage<Long> written) {
        return written.<@Nullable Long>thenApply(appended -> null).toCompletableFuture();
    }

    /** Why it was not written; empty when it was. */
    private Optional<BrokerException> failure(CompletableFuture<@Nullable Long> written, long deadline) {
        try {
            Long appended = written.get(Math.max(0, deadline - time.nanoTime()), TimeUnit.NANOSECONDS);
            if (appended != null) {
                brokersTime.accept(appended);
            }
            return Optional.empty();
        } catch (ExecutionException e) {
            return Optional.of(KafkaErrors.doing("write it", e));
        } catch (TimeoutException e) {
            return Optional.of(new BrokerUnavailableException("Kafka did not confirm within " + WRITE_LIMIT, e));
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
