package io.lovage.kafka;

import io.lovage.spi.BrokerException;
import io.lovage.spi.Settled;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives records back to the server and tells what became of them: at once, or together with the next request. For the
 * lane's thread.
 */
final class Settlements {
    private static final Logger log = LoggerFactory.getLogger(Settlements.class);
    private static final Duration LONGEST_COMMIT = Duration.ofSeconds(10);

    private final ShareClient client;
    private final Holds holds;
    private final TimeSource time;
    /** What the next request takes along, or has taken along, and is not answered. */
    private final Map<Place, Hold> travelling = new LinkedHashMap<>();

    Settlements(ShareClient client, Holds holds, TimeSource time) {
        this.client = client;
        this.holds = holds;
        this.time = time;
    }

    /**
     * Sends what was settled, and waits for the answers.
     *
     * @return whether there was anything
     */
    boolean commit() {
        Holds.Leaving leaving = holds.leave(false);
        send(leaving);
        return !leaving.isEmpty();
    }

    /**
     * The same; everything else in hand is renewed with it.
     *
     * @return what is being renewed
     */
    Set<Place> commitAndRenew() {
        Holds.Leaving leaving = holds.leave(true);
        send(leaving);
        return leaving.renewing();
    }

    /** Renews what nobody has in hand yet. */
    void renew(Set<Place> places) {
        places.forEach(place -> client.acknowledge(place, Acknowledgement.RENEW));
        answers();
    }

    /** Whatever happens here, whoever settled is told: nothing else knows of those that have left. */
    private void send(Holds.Leaving leaving) {
        if (leaving.isEmpty()) {
            return;
        }
        Map<Integer, Answer> answers = Map.of();
        try {
            leaving.settled().forEach(hold -> client.acknowledge(hold.place(), hold.acknowledgement()));
            leaving.renewing().forEach(place -> client.acknowledge(place, Acknowledgement.RENEW));
            answers = answers();
        } finally {
            for (Hold hold : leaving.settled()) {
                tell(hold, answers.get(hold.place().partition()));
            }
        }
    }

    /** A server that is not there leaves the answers unknown; the lane lives on, and finds out when it polls. */
    private Map<Integer, Answer> answers() {
        Duration lock = holds.lockTime();
        try {
            return client.commit(lock.compareTo(LONGEST_COMMIT) < 0 ? lock : LONGEST_COMMIT);
        } catch (BrokerException e) {
            log.debug("the answer to a settlement was lost", e);
            return Map.of();
        }
    }

    /** A success that comes after the end of the lease is not believed. */
    private void tell(Hold hold, @Nullable Answer answer) {
        boolean inTime = hold.until - time.nanoTime() > 0;
        Settled outcome = answer == Answer.DONE && inTime ? Settled.APPLIED : Settled.UNKNOWN;
        hold.delivery.settled(hold.lost || answer == Answer.LOST ? Settled.LEASE_LOST : outcome);
    }

    /** Everything in hand is settled and goes with the next request; {@link #collect} tells the answers. */
    void sendAlong() {
        for (Hold hold : holds.leave(false).settled()) {
            Hold before = travelling.put(hold.place(), hold);
            if (before != null) { // it was given back, and has come again before the answer
                tell(before, null);
            }
            client.acknowledge(hold.place(), hold.acknowledgement());
        }
    }

    /** Whether something that went along is not answered. */
    boolean areAwaited() {
        return !travelling.isEmpty();
    }

    /** Tells the answers that have come; what is not answered by the end of its lease never will be. */
    void collect() {
        if (travelling.isEmpty()) {
            return;
        }
        Map<Place, Answer> answers = client.answers();
        long now = time.nanoTime();
        List<Hold> told = new ArrayList<>();
        travelling.values().removeIf(hold -> {
            boolean over = answers.containsKey(hold.place()) || hold.until - now <= 0;
            if (over) {
                told.add(hold);
            }
            return over;
        });
        told.forEach(hold -> tell(hold, answers.get(hold.place())));
    }

    /** The client was closed: what has no answer now gets none. */
    void end() {
        Map<Place, Answer> answers = client.answers();
        List<Hold> rest = List.copyOf(travelling.values());
        travelling.clear();
        rest.forEach(hold -> tell(hold, answers.get(hold.place())));
    }
}
