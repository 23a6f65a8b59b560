package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Bytes;
import io.lovage.spi.ResultBackend.Subscription;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import io.lovage.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ResultBoardTest {
    private static final TaskId ID = new TaskId("t");

    private final Queue<Runnable> tellings = new ArrayDeque<>();
    private final ResultBoard board = new ResultBoard(
            new ResultShelf(new ManualClock(), new ResultShelf.Limits(Duration.ofDays(1), 64 << 20)), tellings::add);
    private final List<TaskState> heard = new ArrayList<>();

    private void hear(StoredResult result) {
        heard.add(result.state());
    }

    private void arrives(TaskId id, TaskState state) {
        board.arrived(new StoredResult(id, state, Bytes.utf8("{}")));
    }

    private void tell() {
        for (Runnable next = tellings.poll(); next != null; next = tellings.poll()) {
            next.run();
        }
    }

    @Test
    @DisplayName("R11.2 who waits for the end hears nothing but the end, once")
    void whoWaitsForTheEndHearsTheEndOnce() {
        board.listen(ID, this::hear, false);
        arrives(ID, TaskState.STARTED);
        arrives(ID, TaskState.SUCCESS);
        arrives(ID, TaskState.FAILURE);
        tell();

        assertThat(heard).containsExactly(TaskState.SUCCESS);
    }

    @Test
    @DisplayName("R11.2 who listens late is told of the last state, and then of each that comes")
    void whoListensLateIsToldOfTheLastState() {
        arrives(ID, TaskState.STARTED);
        arrives(ID, TaskState.RETRY);
        board.listen(ID, this::hear, true);
        arrives(ID, TaskState.STARTED);
        arrives(ID, TaskState.SUCCESS);
        board.listen(ID, this::hear, false);
        tell();

        assertThat(heard).containsExactly(TaskState.RETRY, TaskState.STARTED, TaskState.SUCCESS, TaskState.SUCCESS);
    }

    @Test
    void whoHasStoppedHearsNotEvenWhatWasOnItsWay() {
        Subscription subscription = board.listen(ID, this::hear, true);
        arrives(ID, TaskState.STARTED);
        subscription.close();
        subscription.close();
        arrives(ID, TaskState.SUCCESS);
        tell();

        assertThat(heard).isEmpty();
        assertThat(board.size()).as("the result alone").isEqualTo(1);
    }

    @Test
    void aListenerThatFailsTroublesNobodyElse() {
        board.listen(
                ID,
                result -> {
                    throw new IllegalStateException("a fault of the user's");
                },
                false);
        board.listen(ID, this::hear, false);
        arrives(ID, TaskState.SUCCESS);
        tell();

        assertThat(heard).containsExactly(TaskState.SUCCESS);
    }

    @Test
    void aTaskThatWasForgottenMayEndAgain() {
        arrives(ID, TaskState.FAILURE);
        assertThat(board.forget(ID)).isTrue();
        board.listen(ID, this::hear, false);
        arrives(ID, TaskState.SUCCESS);
        tell();

        assertThat(heard).containsExactly(TaskState.SUCCESS);
    }

    @Test
    void aHundredThousandHandlesLeaveNothingBehind() {
        for (int i = 0; i < 100_000; i++) {
            TaskId id = new TaskId("t" + i);
            Subscription first = board.listen(id, this::hear, false);
            Subscription second = board.listen(id, this::hear, true);
            if (i % 2 == 0) {
                arrives(id, TaskState.SUCCESS);
                tell();
            }
            first.close();
            second.close();
            board.forget(id);
        }

        assertThat(heard).hasSize(100_000);
        assertThat(board.size()).isZero();
    }

    @Test
    void afterTheEndNobodyBeginsToWaitAndNothingIsKept() {
        board.listen(ID, this::hear, false);
        board.close();
        arrives(ID, TaskState.SUCCESS);
        tell();

        assertThat(heard).isEmpty();
        assertThat(board.size()).isZero();
        assertThatThrownBy(() -> board.listen(ID, this::hear, false)).isInstanceOf(BrokerUnavailableException.class);
    }
}
