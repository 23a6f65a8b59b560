package io.lovage.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** What the one who moves delayed messages does with Kafka. Belongs to one thread, but for what is said otherwise. */
interface LevelLog extends AutoCloseable {
    /** Looks at the levels that are not paused; returns as soon as there is something, after {@code wait} at last. */
    DelayedRecord.Seen poll(Duration wait);

    /** Reads no more of it. */
    void pause(int level);

    void resume(int level);

    /** Reads from there again. */
    void rewind(int level, long offset);

    /** Everything of a level that comes before was moved. */
    void moved(Map<Integer, Long> next);

    /**
     * Asks the brokers whether the levels are still this one's, by writing down how far each was moved; false also when
     * nobody answers.
     *
     * @param next as for {@link #moved}
     */
    boolean areOurs(Map<Integer, Long> next);

    /**
     * Writes a record; completes with the broker's time when it was appended, on any thread, when it is held as durably
     * as a publish.
     */
    CompletionStage<Long> write(DelayStep to, byte[] value);

    /**
     * Writes a dead letter, as durably; completes likewise.
     *
     * @param id of the letter: of two with the same one, the last is left
     */
    CompletionStage<Long> bury(String topic, String id, byte[] letter);

    /** Asks for the brokers' time; completes as {@link #write} does. */
    CompletionStage<Long> tick();

    /** Those that do not exist. */
    CompletionStage<Set<String>> missing(Set<String> topics);

    @Override
    void close();
}
