package io.lovage.tck;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KitRulesTest {
    @Test
    void everyTestOfTheKitNamesItsRule() {
        assertThat(KitRules.testsWithoutRule()).isEmpty();
    }

    @Test
    void everyChapterHasItsTests() {
        assertThat(KitRules.tests().keySet())
                .extracting(RuleId::chapter)
                .contains(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    }

    @Test
    void aLimitOfAnUnknownRuleOrTestIsFound() {
        DeclaredLimits limits = DeclaredLimits.parse("""
                b	*	R1.1	*	known
                b	*	R99.1	*	unknown rule
                b	*	R1.1	noSuchTest	unknown test
                b	*	R1.1 	*	not quite the rule
                """);

        assertThat(KitRules.unknown(limits))
                .extracting(DeclaredLimits.Limit::reason)
                .containsExactly("unknown rule", "unknown test", "not quite the rule");
    }
}
