package io.lovage.internal.client;

import io.lovage.Lovage;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.QueueName;
import io.lovage.spi.ServiceUrl;
import io.lovage.spi.TimeSource;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Collects settings from code and environment and validates them as a whole. Not thread-safe. */
final class ConnectionBuilder implements Lovage.Builder {
    private static final String BROKER_URL = "LOVAGE_BROKER_URL";
    private static final String RESULT_URL = "LOVAGE_RESULT_URL";
    private static final String DEFAULT_QUEUE = "LOVAGE_DEFAULT_QUEUE";
    private static final String NAME = "LOVAGE_NAME";
    private static final String CONNECT_TIMEOUT = "LOVAGE_CONNECT_TIMEOUT";
    private static final String PUBLISH_TIMEOUT = "LOVAGE_PUBLISH_TIMEOUT";
    private static final String RESULT_EXPIRY = "LOVAGE_RESULT_EXPIRY";

    /** What each setting is called in code; errors name both. */
    private static final Map<String, String> IN_CODE = Map.of(
            BROKER_URL, "broker",
            RESULT_URL, "results",
            DEFAULT_QUEUE, "defaultQueue",
            NAME, "name",
            CONNECT_TIMEOUT, "connectTimeout",
            PUBLISH_TIMEOUT, "publishTimeout",
            RESULT_EXPIRY, "resultExpiry");

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);
    private static final Duration LONGEST_EXPIRY = Duration.ofDays(3650);
    private static final Pattern FORM_OF_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,99}");
    private static final String ALLOWED_NAME = "1 to 100 letters, digits and . _ @ -, beginning with a letter or digit";

    /** As texts under the names of the environment, so that both ways are read and checked by the same code. */
    private final Map<String, String> told = new HashMap<>();

    private Map<String, String> environment = Map.of();
    private @Nullable TimeSource time;

    @Override
    public Lovage.Builder broker(String url) {
        return tell(BROKER_URL, url);
    }

    @Override
    public Lovage.Builder results(String url) {
        return tell(RESULT_URL, url);
    }

    @Override
    public Lovage.Builder defaultQueue(String name) {
        return tell(DEFAULT_QUEUE, name);
    }

    @Override
    public Lovage.Builder name(String name) {
        return tell(NAME, name);
    }

    @Override
    public Lovage.Builder connectTimeout(Duration timeout) {
        return tell(CONNECT_TIMEOUT, timeout.toMillis() + "ms");
    }

    @Override
    public Lovage.Builder publishTimeout(Duration timeout) {
        return tell(PUBLISH_TIMEOUT, timeout.toMillis() + "ms");
    }

    @Override
    public Lovage.Builder resultExpiry(Duration expiry) {
        return tell(RESULT_EXPIRY, expiry.toMillis() + "ms");
    }

    private Lovage.Builder tell(String key, String value) {
        told.put(key, value);
        return this;
    }

    @Override
    public Lovage.Builder time(TimeSource source) {
        this.time = source;
        return this;
    }

    @Override
    public Lovage.Builder environment(Map<String, String> variables) {
        this.environment = Map.copyOf(variables);
        return this;
    }

    @Override
    public Lovage build() {
        return Connector.connect(settings());
    }

    private Settings settings() {
        UrlOptions options = new UrlOptions("configuration", asUrl());
        Optional<ServiceUrl> broker = url(options, BROKER_URL);
        Optional<ServiceUrl> results = url(options, RESULT_URL);
        Settings settings = new Settings(
                broker.orElseGet(() -> ServiceUrl.parse("memory://")),
                results,
                defaultQueue(options),
                name(options),
                options.duration(label(CONNECT_TIMEOUT), Duration.ofSeconds(10), SHORTEST, LONGEST_TIMEOUT),
                options.duration(label(PUBLISH_TIMEOUT), Duration.ofSeconds(30), SHORTEST, LONGEST_TIMEOUT),
                options.duration(label(RESULT_EXPIRY), Duration.ofDays(1), Duration.ofSeconds(1), LONGEST_EXPIRY),
                Optional.ofNullable(time));
        if (broker.isEmpty() && value(BROKER_URL).isEmpty()) {
            options.problem("no broker is named: call broker(url) with a URL such as"
                    + " amqp://guest:guest@localhost:5672/, or set " + BROKER_URL + " and call environment(...)");
        }
        broker.ifPresent(url -> Providers.brokerProblem(url)
                .ifPresent(problem -> options.problem(label(BROKER_URL) + "=" + url.masked() + ": " + problem)));
        results.ifPresent(url -> Providers.resultsProblem(url)
                .ifPresent(problem -> options.problem(label(RESULT_URL) + "=" + url.masked() + ": " + problem)));
        options.finish();
        return settings;
    }

    /** The settings in the form that the reader of options takes. */
    private ServiceUrl asUrl() {
        Map<String, String> options = new LinkedHashMap<>();
        for (String key : IN_CODE.keySet()) {
            value(key).ifPresent(value -> options.put(label(key), value));
        }
        return new ServiceUrl("lovage", Optional.empty(), Optional.empty(), "", "", options);
    }

    private Optional<String> value(String key) {
        return Optional.ofNullable(told.get(key)).or(() -> Optional.ofNullable(environment.get(key)));
    }

    private String label(String key) {
        return told.containsKey(key) || !environment.containsKey(key) ? IN_CODE.getOrDefault(key, key) : key;
    }

    /** A URL that cannot be read is not shown: it may hold a password. */
    private Optional<ServiceUrl> url(UrlOptions options, String key) {
        options.text(label(key), "");
        Optional<String> text = value(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ServiceUrl.parse(text.get()));
        } catch (ConfigurationException e) {
            options.problem(label(key) + "=***: " + e.getMessage());
            return Optional.empty();
        }
    }

    private String defaultQueue(UrlOptions options) {
        String queue = options.text(label(DEFAULT_QUEUE), "celery");
        try {
            return QueueName.check(queue);
        } catch (IllegalArgumentException e) {
            options.problem(label(DEFAULT_QUEUE) + ": " + e.getMessage());
            return queue;
        }
    }

    private String name(UrlOptions options) {
        String name = options.text(label(NAME), "lovage");
        if (!FORM_OF_NAME.matcher(name).matches()) {
            options.refuse(label(NAME), name, ALLOWED_NAME);
        }
        return name;
    }
}
