package io.lovage.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineBudgetTest {
    private final ManualClock clock = new ManualClock();
    private final List<String> counts = new ArrayList<>();
    private final LineBudget budget = new LineBudget(clock, (kind, count) -> counts.add(kind + " " + count));

    private long allowed(String kind, int lines) {
        return IntStream.range(0, lines).filter(i -> budget.allows(kind)).count();
    }

    @Test
    void theFirstAreWrittenAndTheRestIsCountedWhenTheMinuteIsOver() {
        assertThat(allowed("a", 1_000)).isEqualTo(LineBudget.LINES);
        assertThat(counts).isEmpty();

        clock.advance(LineBudget.SPAN);

        assertThat(counts).containsExactly("a 995");
        assertThat(allowed("a", 7)).as("in the next minute").isEqualTo(LineBudget.LINES);
        clock.advance(LineBudget.SPAN);
        assertThat(counts).containsExactly("a 995", "a 2");
    }

    @Test
    void whatComesNowAndThenIsWritten() {
        for (int i = 0; i < 50; i++) {
            assertThat(budget.allows("a")).isTrue();
            clock.advance(Duration.ofSeconds(13));
        }
        assertThat(counts).isEmpty();
    }

    @Test
    void oneKindDoesNotHideAnother() {
        allowed("a", 1_000);

        assertThat(budget.allows("b")).isTrue();
    }

    @Test
    void aFloodOfKindsIsAFloodToo() {
        long written = IntStream.range(0, 10_000)
                .filter(i -> budget.allows("kind " + i))
                .count();

        assertThat(written).isEqualTo(LineBudget.KINDS + LineBudget.LINES);
        clock.advance(LineBudget.SPAN);
        assertThat(counts).hasSize(1).allMatch(count -> count.startsWith("others "));
    }

    @Test
    void nothingIsHeldBackAtTheEnd() {
        allowed("a", 8);

        budget.flush();
        clock.advance(LineBudget.SPAN);

        assertThat(counts).containsExactly("a 3");
    }

    @Test
    void nothingWaitsWhereNothingWasHeldBack() {
        allowed("a", LineBudget.LINES);

        assertThat(clock.waitingActions()).isZero();
    }
}
