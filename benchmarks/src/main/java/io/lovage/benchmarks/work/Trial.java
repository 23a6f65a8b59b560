package io.lovage.benchmarks.work;

import io.lovage.benchmarks.bare.BareQueue;
import io.lovage.benchmarks.bare.redis.BareList;
import io.lovage.benchmarks.work.Row.Place;
import io.lovage.testservers.KafkaOptions;
import io.lovage.testservers.KafkaServer;
import io.lovage.testservers.RabbitOptions;
import io.lovage.testservers.RabbitServer;
import io.lovage.testservers.RedisServer;
import io.lovage.testservers.TestServer;
import java.io.IOException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** What rows run on: private servers on 127.0.0.1 where one of them needs it, gone afterwards. */
public final class Trial implements AutoCloseable {
    /** Instead of a URL, for rows that need no server. */
    private static final String NO_SERVER = "none";

    private static final String VERSION = "benchmark.version";

    private final Map<Place, TestServer> servers = new EnumMap<>(Place.class);

    private Trial() {}

    /** Starts what the rows need. */
    public static Trial start(Collection<Row> rows) {
        Trial trial = new Trial();
        try {
            rows.stream().map(Row::place).distinct().forEach(trial::add);
            return trial;
        } catch (RuntimeException e) {
            trial.close();
            throw e;
        }
    }

    /** RabbitMQ gets memory enough not to slow publishers down. */
    private void add(Place place) {
        switch (place) {
            case RABBITMQ ->
                servers.put(
                        place,
                        RabbitServer.start(
                                RabbitOptions.ofDefaults().config("vm_memory_high_watermark.absolute", "2GB")));
            case REDIS -> servers.put(place, RedisServer.start());
            case KAFKA ->
                servers.put(place, KafkaServer.start(KafkaOptions.ofDefaults().jvm("-Xms1g", "-Xmx1g")));
            case JVM -> {
                // nothing to start
            }
        }
    }

    public boolean has(Place place) {
        return servers.containsKey(place);
    }

    /** Where the rows of this place connect to. */
    public String url(Place place) {
        TestServer server = servers.get(place);
        return server == null ? NO_SERVER : server.url();
    }

    /** What the server of this place calls its version. */
    public String version(Place place) throws IOException {
        return switch (place) {
            case RABBITMQ -> {
                try (BareQueue queue = BareQueue.open(url(place), VERSION)) {
                    yield queue.serverVersion();
                } catch (TimeoutException e) {
                    throw new IOException(e);
                }
            }
            case REDIS -> {
                try (BareList queue = BareList.open(url(place), VERSION)) {
                    yield queue.serverVersion();
                }
            }
            case KAFKA -> KafkaServer.version();
            case JVM -> Runtime.version().toString();
        };
    }

    @Override
    public void close() {
        servers.values().forEach(TestServer::close);
    }
}
