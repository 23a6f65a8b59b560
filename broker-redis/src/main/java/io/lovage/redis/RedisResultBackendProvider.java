package io.lovage.redis;

import io.lovage.spi.BackendConfig;
import io.lovage.spi.Broker;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.ResultBackendProvider;
import java.util.Set;

/**
 * Results in Redis, as Celery keeps them: {@code redis://[user:password@]host[:port]/[database]}, {@code rediss://} for
 * TLS, {@code redis-sentinel://} and {@code redis-cluster://} with several hosts. Works beside any broker.
 *
 * <p>The options of the URL are those of the broker; the ones that concern queues change nothing here.
 * {@code key_prefix} stands before the keys of results by Celery's rule: an underscore follows it, unless it ends with
 * one of {@code : _ - .} already.
 *
 * <p>Thread-safe.
 */
public final class RedisResultBackendProvider implements ResultBackendProvider {
    /** Made by {@link java.util.ServiceLoader}. */
    public RedisResultBackendProvider() {}

    @Override
    public Set<String> schemes() {
        return Endpoint.schemes();
    }

    @Override
    public boolean worksWith(Broker broker) {
        return true;
    }

    @Override
    public ResultBackend connect(BackendConfig config, Broker broker) {
        Endpoint endpoint = Endpoint.of(config.url());
        RedisOptions options = RedisOptions.of(config.url(), endpoint);
        return RedisResultBackend.connect(config, endpoint, options.connection());
    }
}
