package io.lovage.kafka;

import io.lovage.spi.BackendConfig;
import io.lovage.spi.Broker;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.ResultBackendProvider;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Results in a topic of Kafka that every client reads: {@code kafka://user:password@host:port}, {@code kafkas://} for
 * TLS, with the options of {@link KafkaBrokerProvider}; the ones that concern queues change nothing here. Works beside
 * any broker. Clients that wait each read every result, and nobody can look a result up by its id: where that is
 * needed, keep results in Redis.
 *
 * <table>
 * <caption>Options in the URL's query</caption>
 * <tr><td>{@code result_expires}</td><td>how long results stay in the topic, when this connection creates it, and how
 *     long a client keeps what it has read; default 1d</td></tr>
 * <tr><td>{@code keep_megabytes}</td><td>how much a client keeps of what it has read, the oldest is forgotten first;
 *     default 64</td></tr>
 * <tr><td>{@code since}</td><td>from how long ago on a client reads, such as {@code 2h}; default 0s: from its first wait
 *     on</td></tr>
 * <tr><td>{@code result_partitions}</td><td>of the topic, when this connection creates it; default 4</td></tr>
 * </table>
 *
 * Thread-safe.
 */
public final class KafkaResultBackendProvider implements ResultBackendProvider {
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final int DEFAULT_PARTITIONS = 4;
    private static final int MOST_PARTITIONS = 1_000;

    /** Made by {@link java.util.ServiceLoader}. */
    public KafkaResultBackendProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of(ClientSettings.PLAIN, ClientSettings.ENCRYPTED);
    }

    @Override
    public boolean worksWith(Broker broker) {
        return true;
    }

    @Override
    public ResultBackend connect(BackendConfig config, Broker broker) {
        UrlOptions url = new UrlOptions("Kafka result URL", config.url());
        KafkaOptions options = KafkaOptions.read(config.url(), url);
        ResultShelf.Limits limits = ResultShelf.Limits.read(url);
        Duration since = url.duration("since", Duration.ZERO, Duration.ZERO, LONGEST);
        int partitions = url.integer("result_partitions", DEFAULT_PARTITIONS, 1, MOST_PARTITIONS);
        url.finish();
        ResultTopic.Spec topic =
                new ResultTopic.Spec(options.topics().names().own("results"), partitions, limits.time());
        String name = config.clientName() + "-results";
        Cluster cluster = Cluster.of(options.client(), name, config.connectTimeout(), options.heartbeat());
        Producers producers = new Producers(new Producers.Spec(options, name, config.connectTimeout()));
        ExecutorService callbacks =
                Executors.newCachedThreadPool(config.threads().named("kafka-results-callback"));
        Runnable close = () -> {
            producers.close();
            cluster.close();
            callbacks.shutdown();
        };
        try {
            ResultSurroundings around = new ResultSurroundings(
                    options, cluster, new Topics(cluster, config.time()), producers, config.time(), callbacks);
            ResultTopicRoute route = new ResultTopicRoute(new ResultTopic(topic, around), around, since, close);
            return new ResultLogBackend(config, around, route, limits);
        } catch (RuntimeException e) {
            close.run();
            throw e;
        }
    }
}
