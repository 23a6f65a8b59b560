package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.Bytes;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import io.lovage.testing.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class KeptRepliesTest {
    private static final Duration EXPIRES = Duration.ofMinutes(10);
    private static final TaskId ID = new TaskId("t");

    private final ManualClock clock = new ManualClock();
    private final KeptReplies kept = new KeptReplies(clock, EXPIRES, 10_000);

    private boolean keep(TaskId id, String state, String document) {
        return kept.keep(new StoredResult(id, new TaskState(state), Bytes.utf8(document)));
    }

    private String document(TaskId id) {
        return kept.find(id).map(found -> found.document().toUtf8()).orElse("none");
    }

    @Test
    @DisplayName("R11.1 the last state is kept until a final one comes, which stays")
    void theLastStateIsKeptUntilAFinalOneComes() {
        assertThat(keep(ID, "STARTED", "begun")).isTrue();
        assertThat(keep(ID, "PROGRESS", "half")).isTrue();
        assertThat(document(ID)).isEqualTo("half");

        assertThat(keep(ID, "SUCCESS", "first")).isTrue();
        assertThat(keep(ID, "FAILURE", "second")).isFalse();
        assertThat(keep(ID, "STARTED", "again")).isFalse();
        assertThat(document(ID)).isEqualTo("first");
    }

    @Test
    @DisplayName("R11.3 a state is forgotten when its time is up, counted from the last one")
    void aStateIsForgottenWhenItsTimeIsUp() {
        keep(ID, "STARTED", "begun");
        clock.advance(EXPIRES.dividedBy(2));
        keep(ID, "SUCCESS", "done");
        clock.advance(EXPIRES.minusNanos(1));
        assertThat(kept.find(ID)).isPresent();

        clock.advance(Duration.ofNanos(1));

        assertThat(kept.find(ID)).isEmpty();
        assertThat(kept.size()).isZero();
    }

    @Test
    void theOldestAreForgottenWhenThereIsTooMuch() {
        String large = "x".repeat(4_000);
        for (int i = 0; i < 5; i++) {
            keep(new TaskId("t" + i), "SUCCESS", large);
        }

        assertThat(kept.size()).isEqualTo(2);
        assertThat(kept.find(new TaskId("t4"))).isPresent();
        assertThat(kept.find(new TaskId("t0"))).isEmpty();
    }

    @Test
    void aStateThatIsReplacedTakesNoRoom() {
        TaskId other = new TaskId("other");
        keep(ID, "SUCCESS", "x".repeat(4_000));
        for (int i = 0; i < 20; i++) {
            keep(other, "PROGRESS", "x".repeat(4_000));
        }

        assertThat(kept.find(ID)).isPresent();
        assertThat(kept.forget(other)).isTrue();
        assertThat(kept.forget(other)).isFalse();
    }
}
