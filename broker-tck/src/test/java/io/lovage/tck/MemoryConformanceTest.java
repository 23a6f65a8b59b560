package io.lovage.tck;

/** The memory broker as it is. */
class MemoryConformanceTest extends BrokerConformanceKit {
    @Override
    protected BrokerHarness newHarness() {
        return new MemoryHarness("default", "");
    }
}
