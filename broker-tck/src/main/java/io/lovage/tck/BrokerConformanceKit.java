package io.lovage.tck;

import org.junit.jupiter.api.TestInstance;

/** The kit: a broker's module extends it in its tests. Each rule is at least one test, named by the rule's id. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class BrokerConformanceKit {
    /** Starts what the tests need; called once, closed after the last test. */
    protected abstract BrokerHarness newHarness() throws Exception;
}
