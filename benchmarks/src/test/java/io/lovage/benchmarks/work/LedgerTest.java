package io.lovage.benchmarks.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.benchmarks.workload.Numbered;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private final Ledger ledger = new Ledger();

    @Test
    void knowsWhatIsMissingAndWhatCameTwice() {
        long first = ledger.begin(200);
        for (long number = first; number < first + 200; number++) {
            if (number != first + 63 && number != first + 64) {
                ledger.saw(new Numbered(100).chunk(number));
            }
        }
        ledger.saw(first + 5);
        ledger.saw(first + 199);

        assertThat(ledger.tally()).isEqualTo(new Tally(200, 2, 2));
        assertThat(ledger.seen()).isEqualTo(198);
        assertThat(ledger.isComplete()).isFalse();
    }

    @Test
    void whatComesFromAnEarlierRunCameAgain() throws Exception {
        long earlier = ledger.begin(10);
        long first = ledger.begin(1);
        ledger.saw(earlier);
        ledger.saw(first);
        ledger.await();

        assertThat(ledger.tally()).isEqualTo(new Tally(1, 0, 1));
    }

    @Test
    void lossIsNotMadeUpForByADuplicate() {
        long first = ledger.begin(2);
        ledger.saw(first);
        ledger.saw(first);

        assertThat(ledger.tally()).isEqualTo(new Tally(2, 1, 1));
    }
}
