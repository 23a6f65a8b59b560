package io.lovage.tck;

/** The memory broker as one that forgets a hand-out which a crash ended, and knows no priorities. */
class MemoryLowerBoundConformanceTest extends BrokerConformanceKit {
    @Override
    protected BrokerHarness newHarness() {
        return new MemoryHarness("lower-bound", "counts=lower-bound&priorities=false");
    }
}
