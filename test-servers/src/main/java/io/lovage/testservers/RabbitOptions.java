package io.lovage.testservers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a private RabbitMQ is set up. Immutable; the methods give changed copies.
 *
 * @param config keys and values of {@code rabbitmq.conf}
 * @param advanced settings of the application {@code rabbit} for {@code advanced.config}, each an Erlang pair such as
 *     <code>{channel_tick_interval,1000}</code>
 * @param plugins enabled plugins; none by default
 * @param tls whether there is a TLS listener too, with a certificate of {@link TestCertificates}
 */
public record RabbitOptions(Map<String, String> config, List<String> advanced, List<String> plugins, boolean tls) {
    private static final RabbitOptions DEFAULTS = new RabbitOptions(
            Map.of("vm_memory_high_watermark.absolute", "512MB", "disk_free_limit.absolute", "50MB"),
            List.of(),
            List.of(),
            false);

    public RabbitOptions {
        config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
        advanced = List.copyOf(advanced);
        plugins = List.copyOf(plugins);
    }

    /** A server with 512 MB of memory and nothing special. */
    public static RabbitOptions ofDefaults() {
        return DEFAULTS;
    }

    /** With a key of {@code rabbitmq.conf}. A key the server does not know keeps it from starting. */
    public RabbitOptions config(String key, String value) {
        Map<String, String> changed = new LinkedHashMap<>(config);
        changed.put(key, value);
        return new RabbitOptions(changed, advanced, plugins, tls);
    }

    /** With a setting of the application {@code rabbit} in {@code advanced.config}. */
    public RabbitOptions advanced(String erlangPair) {
        return new RabbitOptions(config, added(advanced, erlangPair), plugins, tls);
    }

    /**
     * With a limit on how long a delivery may stay unacknowledged. The server looks once a second (by default once a
     * minute, which older versions take from {@code advanced.config} only).
     */
    public RabbitOptions consumerTimeout(Duration limit) {
        return config("consumer_timeout", Long.toString(limit.toMillis())).advanced("{channel_tick_interval,1000}");
    }

    /** With a plugin, for instance {@code rabbitmq_management}. */
    public RabbitOptions plugin(String name) {
        return new RabbitOptions(config, advanced, added(plugins, name), tls);
    }

    /** With a TLS listener beside the plain one. */
    public RabbitOptions withTls() {
        return new RabbitOptions(config, advanced, plugins, true);
    }

    private static List<String> added(List<String> list, String element) {
        List<String> changed = new ArrayList<>(list);
        changed.add(element);
        return changed;
    }
}
