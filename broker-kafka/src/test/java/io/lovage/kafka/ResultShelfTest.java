package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.Bytes;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import io.lovage.testing.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ResultShelfTest {
    private static final Duration EXPIRES = Duration.ofMinutes(10);
    private static final TaskId ID = new TaskId("t");

    private final ManualClock clock = new ManualClock();
    private final ResultShelf shelf = new ResultShelf(clock, new ResultShelf.Limits(EXPIRES, 10_000));

    private boolean put(TaskId id, TaskState state, String document) {
        return shelf.put(new StoredResult(id, state, Bytes.utf8(document)));
    }

    private String document(TaskId id) {
        return shelf.find(id).map(found -> found.document().toUtf8()).orElse("none");
    }

    @Test
    @DisplayName("R11.1 the last state is kept until a final one comes, which stays")
    void theLastStateIsKeptUntilAFinalOneComes() {
        assertThat(put(ID, TaskState.STARTED, "begun")).isTrue();
        assertThat(put(ID, TaskState.RETRY, "again")).isTrue();
        assertThat(document(ID)).isEqualTo("again");

        assertThat(put(ID, TaskState.SUCCESS, "first")).isTrue();
        assertThat(put(ID, TaskState.FAILURE, "second")).isFalse();
        assertThat(put(ID, TaskState.STARTED, "late")).isFalse();
        assertThat(document(ID)).isEqualTo("first");
    }

    @Test
    @DisplayName("R11.3 a state is forgotten when its time is up, counted from the last one")
    void aStateIsForgottenWhenItsTimeIsUp() {
        put(ID, TaskState.STARTED, "begun");
        clock.advance(EXPIRES.dividedBy(2));
        put(ID, TaskState.SUCCESS, "done");
        clock.advance(EXPIRES.minusNanos(1));
        assertThat(shelf.find(ID)).isPresent();

        clock.advance(Duration.ofNanos(1));

        assertThat(shelf.find(ID)).isEmpty();
        assertThat(shelf.size()).isZero();
    }

    @Test
    void theOldestAreForgottenWhenThereIsTooMuch() {
        for (int i = 0; i < 5; i++) {
            put(new TaskId("t" + i), TaskState.SUCCESS, "x".repeat(4_000));
        }

        assertThat(shelf.size()).isEqualTo(2);
        assertThat(shelf.find(new TaskId("t4"))).isPresent();
        assertThat(shelf.find(new TaskId("t0"))).isEmpty();
    }

    @Test
    void aStateThatIsReplacedTakesNoRoom() {
        TaskId other = new TaskId("other");
        put(ID, TaskState.SUCCESS, "x".repeat(4_000));
        for (int i = 0; i < 20; i++) {
            put(other, TaskState.STARTED, "x".repeat(4_000));
        }

        assertThat(shelf.find(ID)).isPresent();
        assertThat(shelf.remove(other)).isTrue();
        assertThat(shelf.remove(other)).isFalse();
    }
}
