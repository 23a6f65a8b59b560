package io.lovage.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.Bytes;
import io.lovage.spi.Delivery;
import io.lovage.spi.Fence;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.Settled;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import io.lovage.spi.TaskState;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Chapter R4, with workers that die or freeze. */
abstract class CrashRules extends Chapter {
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final int KILLS = 3;
    private static final int MANY = 120;

    @Test
    @DisplayName("R4.3 a killed worker's messages come back within the declared bound")
    void aKilledWorkersMessagesComeBack(Trial trial) {
        QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE));
        List<String> ids = Messages.ids("m", 5);
        trial.publish(queue, ids);
        Victim victim = trial.victim(VictimSpec.of(queue, 5));
        victim.awaitTaken(5);
        Taker waiting = trial.taker(queue, 5);
        waiting.nothingWithin(Duration.ofMillis(300));

        victim.kill();
        Stopwatch watch = Stopwatch.start(trial.time());
        List<Delivery> again = waiting.take(5);

        assertThat(watch.elapsed()).isLessThan(bound(trial).plus(Trial.SLACK));
        assertThat(Messages.ids(again)).containsExactlyInAnyOrderElementsOf(ids);
        waiting.ackAll(again);
    }

    /** The declared bound is for the usual lease; this queue's lease may end before. */
    private static Duration bound(Trial trial) {
        Duration declared = trial.broker().capabilities().crashBound();
        Duration end = LEASE.plus(trial.detection());
        return trial.leasesHaveDeadlines() && end.compareTo(declared) < 0 ? end : declared;
    }

    @Test
    @DisplayName("R4.3 a killed worker's messages wait again without another worker having to start")
    void aKilledWorkersMessagesWaitAgain(Trial trial) {
        QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE));
        trial.publish(queue, Messages.ids("m", 5));
        Victim victim = trial.victim(VictimSpec.of(queue, 5));
        victim.awaitTaken(5);
        victim.kill();

        OptionalLong known = trial.broker().admin().stats(queue).ready();
        if (known.isPresent()) {
            trial.await(
                    "five ready messages",
                    () -> trial.broker().admin().stats(queue).ready().orElse(0) == 5);
        }
        assertThat(trial.taker(queue, 5).finish(5)).hasSize(5);
    }

    @Test
    @DisplayName("R4.5 a worker frozen past its lease learns that it lost, and its late settle changes nothing")
    void aFrozenWorkerLearnsThatItLost(Trial trial) {
        QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE));
        trial.publish(queue, "m");
        Victim victim = trial.victim(VictimSpec.of(queue, 1));
        victim.awaitTaken(1);
        Taker other = trial.taker(queue, 1);

        victim.freeze();
        Delivery owned = other.one();
        victim.resume();

        victim.awaitLost("m");
        victim.ack("m");
        assertThat(victim.awaitSettled("m")).isEqualTo(Settled.LEASE_LOST);
        other.nothingWithin(Duration.ofMillis(300));
        other.ack(owned);
        other.nothingWithin(Duration.ofMillis(300));
    }

    @Test
    @DisplayName("R4.5 the late result of a worker that lost its lease is refused where the backend is fenced")
    void theLateResultOfAFrozenWorkerIsRefused(Trial trial) {
        QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE));
        String id = Trial.newName();
        trial.publish(queue, id);
        Victim victim = trial.victim(VictimSpec.of(queue, 1));
        victim.awaitTaken(1);
        Taker other = trial.taker(queue, 1);
        ResultBackend results = trial.results();

        victim.freeze();
        Delivery owned = other.one();
        store(trial, results, id, TaskState.STARTED, owned);
        victim.resume();
        victim.storeResult(id);

        boolean accepted = victim.awaitStored(id);
        if (results.capabilities().fenced()) {
            assertThat(accepted).isFalse();
        }
        store(trial, results, id, TaskState.SUCCESS, owned);
        if (results.capabilities().fenced() && results.capabilities().lookupById()) {
            assertThat(Stages.get(results.find(new TaskId(id)), trial.patience()))
                    .hasValueSatisfying(
                            kept -> assertThat(kept.document().toUtf8()).contains("owner"));
        }
    }

    private static void store(Trial trial, ResultBackend results, String id, TaskState state, Delivery delivery) {
        StoredResult result =
                new StoredResult(new TaskId(id), state, Bytes.utf8(Messages.document(id, state, "\"owner\"")));
        Stages.get(
                results.transition(
                        TaskRef.of(result.id()),
                        result,
                        new Fence(0, Math.max(2, delivery.deliveryCount())),
                        Duration.ofMinutes(5)),
                trial.patience());
    }

    @Test
    @DisplayName("R4.7 a worker killed in the midst of taking loses nothing")
    void aWorkerKilledInTheMidstOfTakingLosesNothing(Trial trial) {
        QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE));
        List<String> ids = Messages.ids("m", MANY);
        trial.publish(queue, ids);
        for (int kill = 0; kill < KILLS; kill++) {
            Victim victim = trial.victim(VictimSpec.of(queue, MANY));
            victim.awaitTaken(1 + kill);
            victim.kill();
        }

        Taker rest = trial.taker(queue, MANY);
        Set<String> seen = new HashSet<>();
        trial.await("every message", () -> {
            for (Delivery delivery : rest.poll(MANY)) {
                rest.ack(delivery);
                seen.add(Messages.id(delivery));
            }
            return seen.size() == MANY;
        });
        assertThat(seen).containsExactlyInAnyOrderElementsOf(ids);
    }
}
