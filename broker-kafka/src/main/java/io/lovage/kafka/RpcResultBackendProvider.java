package io.lovage.kafka;

import io.lovage.spi.BackendConfig;
import io.lovage.spi.Broker;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.ResultBackendProvider;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.util.Set;

/**
 * Results as messages to the client that waits for them, over the Kafka that is the broker: {@code rpc://}. They go
 * through the topic {@code lovage.replies}, which all clients share.
 *
 * <table>
 * <caption>Options in the URL's query</caption>
 * <tr><td>{@code result_expires}</td><td>how long a result that came is kept for somebody who asks later; default 1d
 *     </td></tr>
 * <tr><td>{@code keep_megabytes}</td><td>how much of such results is kept, the oldest is forgotten first; default 64
 *     </td></tr>
 * <tr><td>{@code reply_retention}</td><td>how long a reply waits in the topic for a client that is cut off, when this
 *     connection creates the topic; default 1h</td></tr>
 * <tr><td>{@code reply_partitions}</td><td>of the topic, when this connection creates it: among how many parts the
 *     clients are divided, each of which reads the replies of one part; default 16</td></tr>
 * </table>
 *
 * Thread-safe.
 */
public final class RpcResultBackendProvider implements ResultBackendProvider {
    static final String SCHEME = "rpc";

    private static final Duration SHORTEST_RETENTION = Duration.ofMinutes(1);
    private static final Duration DEFAULT_RETENTION = Duration.ofHours(1);
    private static final Duration LONGEST_RETENTION = Duration.ofDays(365);
    private static final int DEFAULT_PARTITIONS = 16;
    private static final int MOST_PARTITIONS = 1_000;

    /** Made by {@link java.util.ServiceLoader}. */
    public RpcResultBackendProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of(SCHEME);
    }

    @Override
    public boolean worksWith(Broker broker) {
        return broker instanceof KafkaBroker;
    }

    @Override
    public ResultBackend connect(BackendConfig config, Broker broker) {
        if (!(broker instanceof KafkaBroker kafka)) {
            throw new ConfigurationException("rpc:// of this module works beside a Kafka broker only");
        }
        UrlOptions url = new UrlOptions("rpc result URL", config.url());
        ResultShelf.Limits limits = ResultShelf.Limits.read(url);
        ResultSurroundings around = kafka.results();
        ResultTopic.Spec topic = new ResultTopic.Spec(
                around.options().topics().names().own("replies"),
                url.integer("reply_partitions", DEFAULT_PARTITIONS, 1, MOST_PARTITIONS),
                url.duration("reply_retention", DEFAULT_RETENTION, SHORTEST_RETENTION, LONGEST_RETENTION));
        url.finish();
        ReplyRoute route = new ReplyRoute(new ResultTopic(topic, around), new ResultWriter(around));
        return new ResultLogBackend(config, around, route, limits);
    }
}
