package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DelayHeadersTest {
    @Test
    void areReadAsTheyWereWritten() {
        DelayHeaders first = DelayHeaders.first("später", Optional.of("tot"), 1_500);
        DelayHeaders next = first.next(1_800_000_000_000L, 3);
        assertThat(DelayHeaders.read(first.write()::get)).contains(first);
        assertThat(DelayHeaders.read(next.write()::get)).contains(next);
    }

    @Test
    void theFirstStepIsDueByTheTimeItWasAppendedAndEveryOtherByItsOwn() {
        assertThat(DelayHeaders.first("imports", Optional.empty(), 1_500).due(10_000))
                .isEqualTo(11_501);
        assertThat(DelayHeaders.first("imports", Optional.empty(), 1)
                        .next(9_000, 0)
                        .due(10_000))
                .isEqualTo(9_000);
    }

    @Test
    void thoseOfSomebodyElseAreNone() {
        Map<String, byte[]> written =
                DelayHeaders.first("imports", Optional.empty(), 1).write();
        assertThat(DelayHeaders.read(name -> null)).isEmpty();
        assertThat(DelayHeaders.read(name -> name.equals("lovage-target") ? written.get(name) : null))
                .isEmpty();
        assertThat(DelayHeaders.read(name -> new byte[] {1})).isEmpty();
    }
}
