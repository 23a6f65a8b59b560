package io.lovage.benchmarks.latency;

import io.lovage.benchmarks.plan.Broker;
import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.work.Setup;
import io.lovage.benchmarks.work.Stopwatch;
import io.lovage.testservers.FaultProxy;
import io.lovage.testservers.FaultProxy.Direction;
import io.lovage.testservers.KafkaServer;
import java.net.URI;
import java.util.UUID;

/**
 * Counts the bytes that a task costs on the wire, both ways, at a relay between client and server: what the protocols
 * carry, without what TCP adds. Many tasks are compared with few, so that connecting, joining and heartbeats cancel
 * out.
 */
final class Wire {
    private static final int JOINING = 200;
    private static final int FEW = 1_000;
    private static final int MANY = 5_000;

    private Wire() {}

    /** Whose tasks cross no wire. */
    static boolean isThere(Broker broker) {
        return broker != Broker.MEMORY;
    }

    /**
     * Sends tasks one by one and runs them.
     *
     * @param url of the server; Kafka's clients leave a relay at once, so a server of our own is started for them,
     *     which names the relay as its address
     */
    static double bytesPerTask(Case of, String url) throws Exception {
        if (of.contender().broker() == Broker.KAFKA) {
            try (KafkaServer server = KafkaServer.start();
                    FaultProxy relay = server.openProxy()) {
                return count(of, relay, relay.url(server.url()));
            }
        }
        URI server = URI.create(url);
        try (FaultProxy relay = FaultProxy.to(server.getHost(), server.getPort())) {
            return count(of, relay, relay.url(url));
        }
    }

    private static double count(Case of, FaultProxy relay, String url) throws Exception {
        Pace pace = new ClockPace(Stopwatch.clock());
        Handling handling = new Handling(pace);
        Setup setup =
                new Setup(of.contender(), of.level(), url, "lovage.bench.wire." + UUID.randomUUID(), of.payload());
        try (Line line = Lines.open(setup, of.variant(), handling)) {
            Flood flood = new Flood(pace, handling, line);
            flood.pass(JOINING);
            long before = passed(relay);
            flood.pass(FEW);
            long few = passed(relay) - before;
            flood.pass(MANY);
            long many = passed(relay) - before - few;
            return (double) (many - few) / (MANY - FEW);
        }
    }

    private static long passed(FaultProxy relay) {
        return relay.passed(Direction.TO_SERVER) + relay.passed(Direction.TO_CLIENT);
    }
}
