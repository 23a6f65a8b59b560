package io.lovage.tck;

/** The memory broker as one whose protocol does not answer settlements and whose leases are its connections. */
class MemoryAnswersSentConformanceTest extends BrokerConformanceKit {
    @Override
    protected BrokerHarness newHarness() {
        return new MemoryHarness("answers-sent", "answers=sent");
    }
}
