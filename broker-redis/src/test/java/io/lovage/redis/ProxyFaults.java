package io.lovage.redis;

import io.lovage.tck.NetworkFaults;
import io.lovage.testservers.FaultProxy;
import java.net.URI;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * Faults of the network, by one proxy for each link.
 *
 * @param withOptions adds what the URLs of this run have in common
 */
record ProxyFaults(UnaryOperator<String> withOptions, String serverUrl) implements NetworkFaults {
    private static final int DEFAULT_PORT = 6379;

    @Override
    public Link open() {
        URI server = URI.create(serverUrl);
        FaultProxy proxy = FaultProxy.to(server.getHost(), server.getPort() < 0 ? DEFAULT_PORT : server.getPort());
        return new ProxyLink(proxy, withOptions.apply(proxy.url(serverUrl)));
    }

    /** A ping goes out every second, and its answer may take half a heartbeat of 3 s. */
    @Override
    public Duration silenceNoticedWithin() {
        return Duration.ofSeconds(5);
    }

    private record ProxyLink(FaultProxy proxy, String url) implements Link {
        @Override
        public void cut() {
            proxy.cut();
        }

        @Override
        public void refuse() {
            proxy.refuse();
            proxy.cut();
        }

        @Override
        public void blackhole(Direction direction) {
            proxy.blackHole(
                    direction == Direction.TO_BROKER ? FaultProxy.Direction.TO_SERVER : FaultProxy.Direction.TO_CLIENT);
        }

        @Override
        public void cutAfterBytesToBroker(long bytes) {
            proxy.cutAfter(FaultProxy.Direction.TO_SERVER, bytes).thenRun(this::refuse);
        }

        @Override
        public long bytesToBroker() {
            return proxy.passed(FaultProxy.Direction.TO_SERVER);
        }

        @Override
        public long connectionsMade() {
            return proxy.accepted();
        }

        @Override
        public void restore() {
            proxy.accept();
            proxy.pass();
        }

        @Override
        public void close() {
            proxy.close();
        }
    }
}
