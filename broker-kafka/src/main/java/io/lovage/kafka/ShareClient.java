package io.lovage.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a lane needs of a share consumer. For the thread of the lane alone, except {@link #wakeUp}. Every method may
 * throw a {@link io.lovage.spi.BrokerException}.
 */
interface ShareClient {
    /**
     * Acquires records, or returns what it holds already: those that were just renewed before all others.
     *
     * @throws Woken by {@link #wakeUp}
     */
    List<Taken> poll(Duration wait) throws Woken;

    /**
     * Says what is to become of a record; nothing happens before {@link #commit}, or the next poll. The last word
     * counts.
     */
    void acknowledge(Place place, Acknowledgement how);

    /** Sends what was acknowledged; the answers by partition. No answer means {@link Answer#UNKNOWN}. */
    Map<Integer, Answer> commit(Duration limit);

    /** Whether the last poll brought as much as one may. */
    boolean wasFull();

    /**
     * What has come since the last time of answers to acknowledgements that went with a poll, or ahead of it. After
     * {@link #close} too, which waits for them.
     */
    Map<Place, Answer> answers();

    /** For how long the server locks records, as soon as it has said so. */
    Optional<Duration> lock();

    /** Ends {@link #poll}, now or the next time. From any thread. */
    void wakeUp();

    /** Sends what was acknowledged and frees everything else. */
    void close(Duration limit);
}
