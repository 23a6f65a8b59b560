package io.lovage.kafka;

import io.lovage.spi.BrokerException;
import java.time.Duration;
import java.util.OptionalInt;
import org.apache.kafka.common.errors.GroupMaxSizeReachedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a consumer does while its share group takes no more members: it goes on with the lanes it has, and asks again
 * after a while. Guarded by the lock of its consumer.
 */
final class Crowd {
    private static final Logger log = LoggerFactory.getLogger(Crowd.class);
    /** Who has lanes can wait for more. */
    static final Duration PATIENCE = Duration.ofMinutes(1);
    /** Who has none takes nothing. */
    static final Duration HASTE = Duration.ofSeconds(1);

    private final String queue;
    private int lanes;
    private long until;
    private boolean full;
    private boolean told;

    Crowd(String queue) {
        this.queue = queue;
    }

    /** Whether a lane ended since there was no room for it. */
    static boolean isWhy(BrokerException failure) {
        return failure.getCause() instanceof GroupMaxSizeReachedException;
    }

    /**
     * A lane was not let in.
     *
     * @param living how many lanes take at present
     * @return after what time to plan again
     */
    Duration refused(int living, long now) {
        Duration pause = living == 0 ? HASTE : PATIENCE;
        full = true;
        lanes = living;
        until = now + pause.toNanos();
        if (!told) {
            told = true;
            log.warn(
                    "the share group of queue '{}' has as many members as the brokers allow, and each lane is one: going on"
                            + " here with those that were let in; lower ?lanes=, or raise group.share.max.size on the"
                            + " brokers",
                    queue);
        }
        return pause;
    }

    /** How many lanes there may be at most; empty for any number. */
    OptionalInt limit(long now) {
        if (full && now - until >= 0) {
            full = false;
        }
        return full ? OptionalInt.of(lanes) : OptionalInt.empty();
    }
}
