package io.lovage.internal.client;

import io.lovage.Lovage;
import io.lovage.internal.time.NamedThreads;
import io.lovage.internal.time.SystemTime;
import io.lovage.internal.wire.MessageEncoder;
import io.lovage.internal.wire.ProcessName;
import io.lovage.internal.worker.DeclaredQueues;
import io.lovage.internal.worker.WorkerEnvironment;
import io.lovage.spi.BackendConfig;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.BrokerProvider;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.ServiceUrl;
import io.lovage.spi.Threads;
import io.lovage.spi.TimeSource;
import io.lovage.testing.ManualClock;
import java.util.Optional;

/** Opens the broker, then the result backend, and puts the client on top of them. */
final class Connector {
    private Connector() {}

    static Lovage connect(Settings settings) {
        Threads threads = new NamedThreads(settings.name());
        Optional<SystemTime> ownClock =
                settings.time().isPresent() ? Optional.empty() : Optional.of(new SystemTime(threads));
        TimeSource time = settings.time().orElseGet(ownClock::orElseThrow);
        Runnable closeClock = () -> ownClock.ifPresent(SystemTime::close);
        try {
            return connect(settings, threads, time, closeClock);
        } catch (RuntimeException e) {
            closeClock.run();
            throw e;
        }
    }

    private static Lovage connect(Settings settings, Threads threads, TimeSource time, Runnable closeClock) {
        BrokerProvider provider = Providers.broker(settings.broker());
        Broker broker = provider.connect(new BrokerConfig(
                settings.broker(),
                settings.name(),
                settings.connectTimeout(),
                settings.publishTimeout(),
                time,
                threads));
        try {
            ServiceUrl url =
                    settings.results().orElseGet(() -> ServiceUrl.parse(provider.ownResultBackend(settings.broker())));
            ResultBackend results = results(url, settings, broker, threads, time);
            return new LovageClient(
                    environment(settings, broker, results, threads, time), closeClock, steppedOnly(settings));
        } catch (RuntimeException e) {
            broker.close();
            throw e;
        }
    }

    /** A space without a name is this connection's alone. */
    private static boolean steppedOnly(Settings settings) {
        boolean alone = settings.broker().scheme().equals("memory")
                && settings.broker().hosts().isEmpty();
        return alone && settings.time().filter(ManualClock.class::isInstance).isPresent();
    }

    private static ResultBackend results(
            ServiceUrl url, Settings settings, Broker broker, Threads threads, TimeSource time) {
        if (url.scheme().equals(DisabledResults.SCHEME)) {
            return new DisabledResults();
        }
        return Providers.results(url, broker)
                .connect(new BackendConfig(url, settings.name(), settings.connectTimeout(), time, threads), broker);
    }

    private static WorkerEnvironment environment(
            Settings settings, Broker broker, ResultBackend results, Threads threads, TimeSource time) {
        ProcessName process = ProcessName.current();
        return new WorkerEnvironment(
                broker,
                results,
                new DeclaredQueues(broker),
                settings.resultExpiry(),
                settings.defaultQueue(),
                settings.name(),
                process,
                new MessageEncoder(process),
                time,
                threads);
    }
}
