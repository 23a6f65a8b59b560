package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RebasingTest {
    private static final Duration LOCK = Duration.ofSeconds(30);

    private final ManualClock clock = new ManualClock();
    private final SharePartition partition = new SharePartition(clock, LOCK);
    private final WantingOwner worker = WantingOwner.ofOneBatchAtATime();
    private final Lane lane = new Lane(new ModelClient(partition, 10), new Lane.Spec(worker, clock, true, LOCK));
    private final List<String> copied = new ArrayList<>();
    private final Rebasing rebasing = new Rebasing(
            "queue",
            "queue",
            10,
            new Rebasing.Surroundings(
                    (names, copies) -> {
                        copied.addAll(names);
                        return CompletableFuture.completedFuture(null);
                    },
                    (delivery, reason) -> CompletableFuture.failedFuture(new AssertionError(reason)),
                    clock,
                    Runnable::run));

    private List<KafkaDelivery> take(int records) {
        partition.add(records);
        lane.turn();
        assertThat(worker.arrived).hasSize(records);
        return worker.arrived;
    }

    @Test
    @DisplayName("R7.4 what was never handed out is given back as a copy")
    void whatWasNeverHandedOutIsGivenBackAsACopy() {
        List<KafkaDelivery> batch = take(3);

        assertThat(rebasing.giveBack(batch)).isCompleted();
        lane.turn();

        assertThat(copied).hasSize(3);
        assertThat(partition.isDone(0)).isTrue();
    }

    /**
     * A broker paused, the locks of a batch ran out meanwhile, and a worker that stopped then wrote copies of the whole
     * batch: each of its messages was in the queue twice, and ran twice.
     */
    @Test
    @DisplayName("R3.1 what was lost meanwhile is not copied: it is somebody else's")
    void whatWasLostMeanwhileIsNotCopied() {
        List<KafkaDelivery> batch = take(3);

        clock.advance(LOCK.plusSeconds(1));
        assertThat(rebasing.giveBack(batch)).isCompleted();
        lane.turn();

        assertThat(copied).isEmpty();
        assertThat(partition.isDone(0)).isFalse();
    }
}
