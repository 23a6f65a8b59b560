package io.lovage.benchmarks.work;

import io.lovage.internal.time.NamedThreads;
import io.lovage.internal.time.SystemTime;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.BrokerProvider;
import io.lovage.spi.ServiceUrl;
import java.time.Duration;
import java.util.ServiceLoader;

/** A connection to a broker through Lovage's SPI, without the client and the worker above it. Thread-safe. */
final class SpiConnection implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final NamedThreads threads = new NamedThreads("benchmark");
    private final SystemTime time = new SystemTime(threads);
    private final Broker broker;

    SpiConnection(String url) {
        ServiceUrl parsed = ServiceUrl.parse(url);
        this.broker = ServiceLoader.load(BrokerProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.schemes().contains(parsed.scheme()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no broker on the class path serves " + parsed.masked()))
                .connect(new BrokerConfig(parsed, "benchmark", TIMEOUT, TIMEOUT, time, threads));
    }

    Broker broker() {
        return broker;
    }

    @Override
    public void close() {
        broker.close();
        time.close();
    }
}
