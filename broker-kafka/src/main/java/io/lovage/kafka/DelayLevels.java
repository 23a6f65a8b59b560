package io.lovage.kafka;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/*
 * A topic can only be read in order. So messages with different delays cannot wait in one: the first would hold up all
 * others. Instead there is a topic for each of a few lengths of waiting, each twice the one before. In a level everybody
 * waits equally long, so that the oldest is always the next that is due.
 *
 * A message enters the highest level whose wait is not longer than what is left of its delay, waits there, and hops to
 * the highest level that fits what is then left. A wait takes at least half of what is left, so it never enters a level
 * twice, but for two: what is left below the shortest wait is waited for in level 0, and what is longer than the longest
 * wait goes round in the highest level.
 *
 * What is left is counted from the due time, which is fixed when the first level's broker appends the message: however
 * late a hop is, the next wait is shorter by that. Nobody waits in a level for longer than the level's wait, so in level
 * 0 a message is held up by those before it for the shortest wait at most. That is the lateness of the whole way.
 *
 * A message that was due when it was appended, because there was no way to its queue, waits a whole wait before the next
 * attempt.
 */
/**
 * The lengths of waiting, and the way of a message through them (rules R5.1, R5.2, R5.5). All times by the brokers'.
 */
final class DelayLevels {
    /** The wait of level 0. */
    static final Duration SHORTEST_WAIT = Duration.ofMillis(250);

    /** The longest wait is a day and a half: who waits for years hops 240 times in a year. */
    static final int COUNT = 20;

    /** It only has to be a bound; every delay takes the same way. */
    static final Duration LONGEST = Duration.ofDays(10 * 365L);

    private DelayLevels() {}

    static IntStream all() {
        return IntStream.range(0, COUNT);
    }

    static List<Integer> list() {
        return all().boxed().toList();
    }

    static long waitMillis(int level) {
        return SHORTEST_WAIT.toMillis() << level;
    }

    /** Where what is left of a delay is spent next. */
    static int levelFor(long leftMillis) {
        long units = Math.max(1, leftMillis / SHORTEST_WAIT.toMillis());
        return Math.min(COUNT - 1, Long.SIZE - 1 - Long.numberOfLeadingZeros(units));
    }

    /** When a message leaves the level where it was appended. */
    static long leavesAt(int level, long appendedMillis, long dueMillis) {
        long waited = appendedMillis + waitMillis(level);
        return dueMillis <= appendedMillis ? waited : Math.min(waited, dueMillis);
    }
}
