package io.lovage.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the whole kit and parts of it have in common. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(KitExtension.class)
abstract class ConformanceKit {
    /** Starts what the tests need; called once, closed after the last test. */
    protected abstract BrokerHarness newHarness() throws Exception;

    /** The one chapter that is run; empty when all are. */
    abstract OptionalInt onlyChapter();

    @Test
    @DisplayName("every declared limit names a rule and a test of the kit")
    void everyDeclaredLimitNamesARuleAndATestOfTheKit(KitRun run) {
        assertThat(KitRules.unknown(run.limits())).isEmpty();
    }
}
