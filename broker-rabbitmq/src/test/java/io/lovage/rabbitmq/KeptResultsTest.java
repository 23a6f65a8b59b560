package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.rabbitmq.KeptResults.Waiting;
import io.lovage.spi.Bytes;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import io.lovage.testing.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class KeptResultsTest {
    private static final Duration EXPIRES = Duration.ofMinutes(10);
    private static final TaskId ID = new TaskId("t");

    private final ManualClock clock = new ManualClock();
    private final KeptResults results = new KeptResults(clock, EXPIRES, 10_000);

    private static StoredResult result(TaskId id, TaskState state, String document) {
        return new StoredResult(id, state, Bytes.utf8(document));
    }

    private static Waiting waiting() {
        return new Waiting(result -> {}, false);
    }

    @Test
    void whatHasComeIsFoundAlsoWhenNobodyWaited() {
        results.arrived(result(ID, TaskState.STARTED, "begun"));
        results.arrived(result(ID, new TaskState("PROGRESS"), "half"));
        assertThat(results.find(ID)).map(found -> found.document().toUtf8()).contains("half");

        results.arrived(result(ID, TaskState.SUCCESS, "whole"));
        assertThat(results.find(ID)).map(StoredResult::state).contains(TaskState.SUCCESS);
    }

    @Test
    @DisplayName("R11.1 the first final state is kept, whatever comes after it")
    void theFirstFinalStateIsKept() {
        results.arrived(result(ID, TaskState.SUCCESS, "first"));

        assertThat(results.arrived(result(ID, TaskState.FAILURE, "second"))).isEmpty();
        results.arrived(result(ID, TaskState.STARTED, "again"));

        assertThat(results.find(ID)).map(found -> found.document().toUtf8()).contains("first");
    }

    @Test
    void onlyAFinalStateEndsTheWaiting() {
        Waiting one = waiting();
        results.arrived(result(ID, TaskState.STARTED, "begun"));
        assertThat(results.await(ID, one)).isEmpty();

        assertThat(results.arrived(result(ID, TaskState.RETRY, "again"))).isEmpty();
        assertThat(results.arrived(result(ID, TaskState.SUCCESS, "done"))).containsExactly(one);
        assertThat(results.await(ID, waiting())).isPresent();
    }

    @Test
    @DisplayName("R11.3 a state is forgotten when its time is up, counted from the last one")
    void aStateIsForgottenWhenItsTimeIsUp() {
        results.arrived(result(ID, TaskState.STARTED, "begun"));
        clock.advance(EXPIRES.dividedBy(2));
        results.arrived(result(ID, TaskState.SUCCESS, "done"));
        clock.advance(EXPIRES.minusNanos(1));
        assertThat(results.find(ID)).isPresent();

        clock.advance(Duration.ofNanos(1));

        assertThat(results.find(ID)).isEmpty();
        assertThat(results.size()).isZero();
    }

    @Test
    void theOldestAreForgottenWhenThereIsTooMuch() {
        String document = "x".repeat(4_000);
        for (int i = 0; i < 5; i++) {
            results.arrived(result(new TaskId("t" + i), TaskState.SUCCESS, document));
        }

        assertThat(results.size()).isEqualTo(2);
        assertThat(results.find(new TaskId("t4"))).isPresent();
        assertThat(results.find(new TaskId("t0"))).isEmpty();
    }

    @Test
    void aStateThatIsReplacedTakesNoRoom() {
        String document = "x".repeat(4_000);
        results.arrived(result(ID, TaskState.SUCCESS, document));
        TaskId other = new TaskId("other");
        for (int i = 0; i < 20; i++) {
            results.arrived(result(other, new TaskState("PROGRESS"), document));
        }

        assertThat(results.find(ID)).isPresent();
        assertThat(results.forget(other)).isTrue();
        assertThat(results.forget(other)).isFalse();
    }
}
