package io.lovage.benchmarks.work;

import io.lovage.benchmarks.plan.Broker;
import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.workload.Numbered;

/** Makes the work of a case. */
public final class Works {
    private final Setup setup;
    private final Case each;
    private final Ledger ledger = new Ledger();
    private final Batches batches;

    private Works(Case each, Setup setup, int batch) {
        this.each = each;
        this.setup = setup;
        this.batches = new Batches(new Numbered(each.payload()), batch);
    }

    /**
     * Opens the work on the server at the URL, in a queue of that name, which is deleted when the work is closed.
     *
     * @throws IllegalArgumentException when the case is none of throughput
     */
    public static Work open(Case each, String url, String queue) throws Exception {
        return open(
                each,
                new Setup(each.contender(), each.level(), url, queue, each.payload()),
                Size.of(each).batch());
    }

    /** The same, set up otherwise. */
    public static Work open(Case each, Setup setup, int batch) throws Exception {
        Works works = new Works(each, setup, batch);
        Stand stand = Stand.open(setup);
        try {
            return works.on(stand);
        } catch (Exception e) {
            stand.close();
            throw e;
        }
    }

    private Work on(Stand stand) throws Exception {
        return switch (each.what()) {
            case PUBLISH ->
                new Publishing(stand, sender(stand), ledger, stand.counting(each.variant(), ledger), batches);
            case CONSUME ->
                new Draining(
                        stand,
                        stand.sender(each.variant() == Variant.CEILING ? Variant.CEILING : Variant.BARE),
                        taker(stand),
                        ledger,
                        new Draining.Rest(batches, stand.counting(each.variant(), ledger)));
            case END_TO_END -> endToEnd(stand);
            case ROUND_TRIP -> roundTrip(stand);
            case LATENCY -> throw new IllegalArgumentException("latency is measured at fixed rates, not by work");
        };
    }

    private Sender sender(Stand stand) throws Exception {
        return each.variant() == Variant.LOVAGE
                ? Sender.of(Connections.lovage(setup.lovageUrl(), setup.queue()))
                : stand.sender(each.variant());
    }

    private Taker taker(Stand stand) throws Exception {
        if (each.variant() != Variant.LOVAGE) {
            return stand.taker(each.variant(), ledger);
        }
        // to join a group takes a while
        return setup.contender().broker() == Broker.KAFKA
                ? SpiTaker.keepingItsConsumer(setup.lovageUrl(), setup.queue(), setup.prefetch(), ledger::saw)
                : SpiTaker.joiningEachTime(setup.lovageUrl(), setup.queue(), setup.prefetch(), ledger::saw);
    }

    private Work endToEnd(Stand stand) throws Exception {
        if (each.variant() == Variant.LOVAGE) {
            EndToEnd.Applications applications = new EndToEnd.Applications(
                    Sender.of(Connections.lovage(setup.lovageUrl(), setup.queue())),
                    Connections.lovage(setup.lovageUrl(), setup.queue()));
            return new EndToEnd(stand, setup, applications, ledger, batches);
        }
        return new BareEndToEnd(
                stand, stand.sender(each.variant()), stand.taker(each.variant(), ledger), ledger, batches);
    }

    private Work roundTrip(Stand stand) {
        EndToEnd.Applications applications = new EndToEnd.Applications(
                new RoundTrip(Connections.withResults(setup.lovageUrl(), setup.queue())),
                Connections.withResults(setup.lovageUrl(), setup.queue()));
        return new EndToEnd(stand, setup, applications, ledger, batches);
    }
}
