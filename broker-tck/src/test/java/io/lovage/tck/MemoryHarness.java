package io.lovage.tck;

import io.lovage.internal.memory.MemoryBroker;
import io.lovage.spi.BackendConfig;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.ServiceUrl;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** The memory broker: one space per run, a largest message of 1 MiB and a bit, workers that crash by simulation. */
final class MemoryHarness implements BrokerHarness {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final String variant;
    private final String url;
    private final KitTime time = KitTime.exact();
    private final MemoryBroker keeper;

    /** @param options for the URL, such as {@code answers=sent}; may be empty */
    MemoryHarness(String variant, String options) {
        this.variant = variant;
        this.url = "memory://" + Trial.newName() + "?max_message=2000000" + (options.isEmpty() ? "" : "&" + options);
        this.keeper = connect(KitThreads.of("keeper"));
    }

    /** A space lives as long as somebody is connected to it. */
    private MemoryBroker connect(KitThreads threads) {
        ServiceUrl at = ServiceUrl.parse(url);
        return (MemoryBroker) Services.broker(at).connect(new BrokerConfig(at, "tck", TIMEOUT, TIMEOUT, time, threads));
    }

    @Override
    public String column() {
        return "memory";
    }

    @Override
    public String variant() {
        return variant;
    }

    @Override
    public String url() {
        return url;
    }

    @Override
    public Victim startVictim(VictimSpec spec) {
        KitThreads threads = KitThreads.of("victim");
        MemoryBroker broker = connect(threads);
        ServiceUrl results =
                ServiceUrl.parse(Services.broker(ServiceUrl.parse(url)).ownResultBackend(ServiceUrl.parse(url)));
        ResultBackend backend = connectResults(new BackendConfig(results, "victim", TIMEOUT, time, threads), broker);
        return InProcessVictim.start(
                broker,
                backend,
                spec,
                new InProcessVictim.Faults(broker::crash, broker::freeze, broker::thaw),
                patience());
    }

    /** Heap after a collection: all that the space could hold is in it. */
    @Override
    public OptionalLong storedBytes(List<QueueSpec> queues) {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return OptionalLong.of(runtime.totalMemory() - runtime.freeMemory());
    }

    @Override
    public Duration patience() {
        return Duration.ofSeconds(20);
    }

    @Override
    public void close() {
        keeper.close();
        time.close();
    }
}
