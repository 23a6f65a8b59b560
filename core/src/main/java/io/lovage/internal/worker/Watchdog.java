package io.lovage.internal.worker;

import io.lovage.spi.BrokerAdmin;
import io.lovage.spi.BrokerException;
import io.lovage.spi.QueueSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a consumer that gets nothing while its queue has messages and the worker has room for them. Runs on one
 * thread; not thread-safe.
 *
 * <p>A queue must look like that at several looks in a row, and at twice as many after each replacement that did not
 * help, so that messages which only others may take, or a broker that miscounts, cost next to nothing.
 */
final class Watchdog implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);
    static final Duration INTERVAL = Duration.ofSeconds(5);
    /**
     * A queue that was found empty is left alone for a while, at most a minute: an idle worker asks next to nothing.
     */
    static final int MOST_LOOKS_LEFT_OUT = 11;

    private static final int FIRST_PATIENCE = 2;
    private static final int MOST_PATIENCE = 128;

    private final BrokerAdmin admin;
    private final Lanes lanes;
    private final List<Fetcher> fetchers;
    private final Map<Fetcher, Watched> watched = new HashMap<>();

    Watchdog(BrokerAdmin admin, Lanes lanes, List<Fetcher> fetchers) {
        this.admin = admin;
        this.lanes = lanes;
        this.fetchers = fetchers;
    }

    @Override
    public void run() {
        watched.keySet().retainAll(fetchers);
        for (Fetcher fetcher : fetchers) {
            fetcher.closeRetired();
            look(watched.computeIfAbsent(fetcher, Watched::new));
        }
    }

    private void look(Watched one) {
        long received = one.fetcher.received();
        if (received != one.receivedBefore) {
            one.receivedBefore = received;
            one.silentLooks = 0;
            one.patience = FIRST_PATIENCE;
            one.foundFilled();
        } else if (!lanes.hasRoom(one.fetcher.lane())) {
            one.silentLooks = 0;
        } else if (one.isToBeAsked()) {
            ask(one);
        }
        if (one.silentLooks >= one.patience) {
            replace(one);
        }
    }

    private void ask(Watched one) {
        if (messagesWait(one.fetcher.lane().queue())) {
            one.silentLooks++;
            one.foundFilled();
        } else {
            one.silentLooks = 0;
            one.foundEmpty();
        }
    }

    private boolean messagesWait(QueueSpec queue) {
        try {
            OptionalLong ready = admin.stats(queue).ready();
            return ready.isPresent() && ready.getAsLong() > 0;
        } catch (BrokerException e) {
            log.debug("queue '{}' could not be looked at", queue.name(), e);
            return false;
        }
    }

    private static void replace(Watched one) {
        String queue = one.fetcher.lane().queue().name();
        one.silentLooks = 0;
        one.patience = Math.min(one.patience * 2, MOST_PATIENCE);
        boolean replaced = one.fetcher.replace();
        log.warn(
                "queue '{}' has messages and none arrive: consumer {}",
                queue,
                replaced ? "replaced" : "not replaced, earlier ones are still in use");
    }

    private static final class Watched {
        private final Fetcher fetcher;
        private long receivedBefore;
        private int silentLooks;
        private int patience = FIRST_PATIENCE;
        private int leaveOut;
        private int leftOut;

        private Watched(Fetcher fetcher) {
            this.fetcher = fetcher;
        }

        private boolean isToBeAsked() {
            if (leftOut >= leaveOut) {
                leftOut = 0;
                return true;
            }
            leftOut++;
            return false;
        }

        private void foundFilled() {
            leaveOut = 0;
        }

        private void foundEmpty() {
            leaveOut = Math.min(MOST_LOOKS_LEFT_OUT, 2 * leaveOut + 1);
        }
    }
}
