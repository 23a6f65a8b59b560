package io.lovage.tck;

import io.lovage.spi.BackendConfig;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.ServiceUrl;
import io.lovage.tck.faulty.Fault;
import io.lovage.tck.faulty.FaultyBroker;
import java.time.Duration;

/** A memory broker with a fault; the limits of the memory broker apply. */
final class FaultyHarness implements BrokerHarness {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final String url;
    private final KitTime time = KitTime.exact();
    private final Broker keeper;

    FaultyHarness(Fault fault) {
        this.url = "faulty://" + Trial.newName() + "/" + fault.option() + "?max_message=2000000";
        this.keeper = connect(KitThreads.of("keeper"));
    }

    private FaultyBroker connect(KitThreads threads) {
        ServiceUrl at = ServiceUrl.parse(url);
        return (FaultyBroker) Services.broker(at).connect(new BrokerConfig(at, "tck", TIMEOUT, TIMEOUT, time, threads));
    }

    @Override
    public String column() {
        return "memory";
    }

    @Override
    public String variant() {
        return "faulty";
    }

    @Override
    public String url() {
        return url;
    }

    @Override
    public Victim startVictim(VictimSpec spec) {
        KitThreads threads = KitThreads.of("victim");
        FaultyBroker broker = connect(threads);
        BackendConfig config = new BackendConfig(ServiceUrl.parse("faulty://"), "victim", TIMEOUT, time, threads);
        ResultBackend results = connectResults(config, broker);
        return InProcessVictim.start(
                broker,
                results,
                spec,
                new InProcessVictim.Faults(broker::crash, broker::freeze, broker::thaw),
                patience());
    }

    /** Short: what is broken is waited for in vain. */
    @Override
    public Duration patience() {
        return Duration.ofSeconds(5);
    }

    @Override
    public void close() {
        keeper.close();
        time.close();
    }
}
