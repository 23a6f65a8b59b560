package io.lovage.spi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SettlementTest {
    private static String reason(String told) {
        return new Settlement.DeadLetter(told).reason();
    }

    @Nested
    class TheReasonOfADeadLetter {
        @Test
        void isKeptAsItIs() {
            assertThat(reason("")).isEmpty();
            assertThat(reason("x".repeat(500))).isEqualTo("x".repeat(500));
        }

        @Test
        void isCutWhenItQuotesTooMuchOfTheMessageSinceItMustFitIntoAHeader() {
            assertThat(reason("unknown task " + "x".repeat(70_000)))
                    .hasSize(500)
                    .startsWith("unknown task xx")
                    .endsWith("x…");
        }

        @Test
        void isNotCutInTheMiddleOfACharacter() {
            String cut = reason("x".repeat(498) + "😀😀");

            assertThat(cut).isEqualTo("x".repeat(498) + "…");
        }
    }
}
