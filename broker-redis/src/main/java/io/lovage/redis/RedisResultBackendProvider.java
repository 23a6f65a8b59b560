package io.lovage.redis;

import io.lovage.spi.BackendConfig;
import io.lovage.spi.Broker;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.ResultBackendProvider;
import io.lovage.spi.ServiceUrl;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Results in Redis, as Celery keeps them: {@code redis://[user:password@]host[:port]/[database]}, {@code rediss://} for
 * TLS, {@code redis-sentinel://} and {@code redis-cluster://} with several hosts. Works beside any broker.
 *
 * <p>The options of the URL are those of {@link RedisBrokerProvider}; the ones that concern queues change nothing here.
 * {@code key_prefix} stands before the keys of results by Celery's rule: an underscore follows it, unless it ends with
 * one of {@code : _ - .} already.
 *
 * <p>Thread-safe.
 */
public final class RedisResultBackendProvider implements ResultBackendProvider {
    /** Made by {@link java.util.ServiceLoader}. */
    public RedisResultBackendProvider() {}

    /** The text of a URL, with its secrets: to be read again, never to be shown. */
    static String urlOf(ServiceUrl url) {
        String user = url.user().map(RedisResultBackendProvider::encoded).orElse("");
        String password = url.password().map(given -> ":" + encoded(given)).orElse("");
        String credentials = user.isEmpty() && password.isEmpty() ? "" : user + password + "@";
        String options = url.options().entrySet().stream()
                .map(option -> encoded(option.getKey()) + "=" + encoded(option.getValue()))
                .collect(Collectors.joining("&"));
        return url.scheme() + "://" + credentials + url.hosts() + url.path() + (options.isEmpty() ? "" : "?" + options);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

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
