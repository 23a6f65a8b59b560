package io.lovage.redis;

import io.lovage.spi.BackendConfig;
import io.lovage.spi.Broker;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.ResultBackendProvider;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.util.Set;

/**
 * Results as messages to the client that waits for them, over the Redis that is the broker: {@code rpc://}, as in
 * Celery. What nobody takes expires after a day.
 *
 * <table>
 * <caption>Options in the URL's query</caption>
 * <tr><td>{@code result_expires}</td><td>how long a result that came is kept for somebody who asks later; default 1d
 *     </td></tr>
 * <tr><td>{@code keep_megabytes}</td><td>how much of such results is kept, the oldest is forgotten first; default 64
 *     </td></tr>
 * </table>
 *
 * Thread-safe.
 */
public final class RpcResultBackendProvider implements ResultBackendProvider {
    private static final int DEFAULT_MEGABYTES = 64;
    private static final int MOST_MEGABYTES = 65_536;

    /** Made by {@link java.util.ServiceLoader}. */
    public RpcResultBackendProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("rpc");
    }

    @Override
    public boolean worksWith(Broker broker) {
        return broker instanceof RedisBroker;
    }

    @Override
    public ResultBackend connect(BackendConfig config, Broker broker) {
        if (!(broker instanceof RedisBroker redis)) {
            throw new ConfigurationException("rpc:// of this module works beside a Redis broker only");
        }
        UrlOptions options = new UrlOptions("rpc result URL", config.url());
        Duration expires =
                options.duration("result_expires", Duration.ofDays(1), Duration.ofSeconds(1), Duration.ofDays(365));
        int megabytes = options.integer("keep_megabytes", DEFAULT_MEGABYTES, 1, MOST_MEGABYTES);
        options.finish();
        return new RpcResultBackend(redis, config, new KeptReplies(config.time(), expires, (long) megabytes << 20));
    }
}
