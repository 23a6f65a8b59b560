package io.lovage.internal.worker;

import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back what was fetched and waited too long behind busy slots, so that another worker may take it. Runs on one
 * thread.
 */
final class StaleLookAhead implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(StaleLookAhead.class);
    static final Duration INTERVAL = Duration.ofSeconds(1);
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Lanes lanes;
    private final List<Fetcher> fetchers;
    private final DeliveryRoad road;
    private final TimeSource time;

    StaleLookAhead(Lanes lanes, List<Fetcher> fetchers, DeliveryRoad road, TimeSource time) {
        this.lanes = lanes;
        this.fetchers = fetchers;
        this.road = road;
        this.time = time;
    }

    @Override
    public void run() {
        for (Fetcher fetcher : fetchers) {
            List<Held> stale = lanes.takeStale(fetcher.lane(), time.nanoTime(), PATIENCE);
            if (!stale.isEmpty()) {
                log.info(
                        "no slot was free for {} s: {} messages of queue '{}' are given back",
                        PATIENCE.toSeconds(),
                        stale.size(),
                        fetcher.lane().queue().name());
                fetcher.rest();
                stale.forEach(road::giveBack);
            }
        }
    }
}
