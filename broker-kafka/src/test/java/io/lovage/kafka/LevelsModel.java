package io.lovage.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lovage.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

/**
 * The levels as one broker with a clock of its own would keep them, without a broker. A look that finds nothing lets
 * time pass; a write takes a millisecond. Topics of queues may be anybody's, and tell any time.
 */
final class LevelsModel implements LevelLog {
    /** The broker's clock is an hour ahead of ours. */
    private static final long AHEAD = Duration.ofHours(1).toMillis();

    static final int FETCH = 20;
    private static final String LEVEL = "level.";

    /** A record in a topic. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Stored(long appendedMillis, Map<String, byte[]> headers, byte[] value) {}

    private final ManualClock time;
    private final Map<String, List<Stored>> logs = new HashMap<>();
    private final Map<Integer, Long> positions = new HashMap<>();
    private final Map<Integer, Long> committed = new HashMap<>();
    /** Told to be moved, and not written down yet. */
    private final Map<Integer, Long> told = new HashMap<>();

    private final Set<Integer> paused = new HashSet<>();
    private final Set<Integer> lost = new HashSet<>();
    private final Set<String> deleted = new HashSet<>();
    private final Map<String, Exception> refusing = new HashMap<>();
    private boolean clockIsLost;
    private boolean taken;
    private int failing;
    private int mostHeld;

    LevelsModel(ManualClock time) {
        this.time = time;
    }

    static String topic(int level) {
        return LEVEL + level;
    }

    long brokersMillis() {
        return time.now().toEpochMilli() + AHEAD;
    }

    List<Stored> log(String topic) {
        return logs.computeIfAbsent(topic, any -> new ArrayList<>());
    }

    /** A publisher's first step. */
    void publish(String target, String id, Duration delay) {
        int level = DelayLevels.levelFor(delay.toMillis());
        append(
                topic(level),
                DelayHeaders.first(target, Optional.empty(), delay.toMillis()).write(),
                id.getBytes(UTF_8));
    }

    void append(String topic, Map<String, byte[]> headers, byte[] value) {
        log(topic).add(new Stored(brokersMillis(), headers, value));
    }

    /** The next writes fail. */
    void failWrites(int count) {
        failing = count;
    }

    void delete(String topic) {
        deleted.add(topic);
    }

    void create(String topic) {
        deleted.remove(topic);
    }

    /** Nothing can be written to it. */
    void refuse(String topic, Exception why) {
        refusing.put(topic, why);
    }

    void takeAgain(String topic) {
        refusing.remove(topic);
    }

    /** The brokers do not tell their time. */
    void loseTheClock() {
        clockIsLost = true;
    }

    /** Somebody else has it now, and gives it back at once. */
    void lose(int level) {
        lost.add(level);
        committed.putAll(told);
        crash();
    }

    /**
     * Somebody else has them all and moves what is due; whoever had them hears of it when he asks, or in his next look.
     */
    void takeAway() {
        taken = true;
    }

    /** Whoever moves next begins at what was written down; what was moved last was not. */
    void crash() {
        told.clear();
        positions.clear();
        positions.putAll(committed);
        paused.clear();
    }

    /** The most records of a level that were given out and not moved. */
    int mostHeld() {
        return mostHeld;
    }

    @Override
    public DelayedRecord.Seen poll(Duration wait) {
        List<DelayedRecord> records = read();
        if (records.isEmpty()) {
            time.advance(wait.isZero() ? Duration.ofMillis(1) : wait);
            records = read();
        }
        Set<Integer> gone = Set.copyOf(lost);
        lost.clear();
        return new DelayedRecord.Seen(records, gone);
    }

    private List<DelayedRecord> read() {
        List<DelayedRecord> records = new ArrayList<>();
        for (int level : DelayLevels.list()) {
            List<Stored> all = log(topic(level));
            int from = Math.toIntExact(positions.getOrDefault(level, 0L));
            int to = paused.contains(level) ? from : Math.min(all.size(), from + FETCH);
            IntStream.range(from, to).forEach(offset -> {
                Stored stored = all.get(offset);
                records.add(new DelayedRecord(
                        level,
                        offset,
                        stored.appendedMillis(),
                        DelayHeaders.read(stored.headers()::get),
                        stored.value()));
            });
            positions.put(level, (long) to);
            mostHeld = Math.max(mostHeld, to - Math.toIntExact(committed.getOrDefault(level, 0L)));
        }
        return records;
    }

    @Override
    public void pause(int level) {
        paused.add(level);
    }

    @Override
    public void resume(int level) {
        paused.remove(level);
    }

    @Override
    public void rewind(int level, long offset) {
        positions.put(level, offset);
    }

    @Override
    public void moved(Map<Integer, Long> next) {
        committed.putAll(told);
        told.putAll(next);
    }

    @Override
    public boolean areOurs(Map<Integer, Long> next) {
        if (taken) {
            taken = false;
            DelayLevels.all().forEach(this::lose);
            return false;
        }
        told.putAll(next);
        committed.putAll(told);
        return true;
    }

    @Override
    public CompletionStage<Long> write(DelayStep to, byte[] value) {
        if (failing > 0) {
            failing--;
            return CompletableFuture.failedFuture(new IllegalStateException("not now"));
        }
        Exception refusal = refusing.get(to.topic());
        if (refusal != null) {
            return CompletableFuture.failedFuture(refusal);
        }
        append(to.topic(), to.headers(), value);
        long appended = to.topic().startsWith(LEVEL) ? brokersMillis() : brokersMillis() + AHEAD;
        time.advance(Duration.ofMillis(1));
        return CompletableFuture.completedFuture(appended);
    }

    @Override
    public CompletionStage<Long> bury(String topic, String id, byte[] letter) {
        return write(new DelayStep(topic, Map.of("key", id.getBytes(UTF_8))), letter);
    }

    @Override
    public CompletionStage<Long> tick() {
        if (clockIsLost) {
            return CompletableFuture.failedFuture(new IllegalStateException("there is no clock"));
        }
        long told = brokersMillis();
        time.advance(Duration.ofMillis(1));
        return CompletableFuture.completedFuture(told);
    }

    @Override
    public CompletionStage<Set<String>> missing(Set<String> topics) {
        Set<String> missing = new HashSet<>(topics);
        missing.retainAll(deleted);
        return CompletableFuture.completedFuture(missing);
    }

    @Override
    public void close() {}
}
