package io.lovage.kafka;

import io.lovage.spi.ServiceUrl;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The options of a broker URL; {@link KafkaBrokerProvider} documents them.
 *
 * @param moves whether this process may move delayed messages
 */
record KafkaOptions(
        ClientSettings client,
        TopicOptions topics,
        TakeOptions take,
        Duration heartbeat,
        int publishWindowBytes,
        boolean moves) {

    /**
     * How topics are made.
     *
     * @param replication on how many brokers they lie; empty: as the brokers have it
     * @param largestMessage bytes of the largest body that is taken
     * @param segmentBytes bytes of a segment, which is what stays on disk of a topic of which all is done
     */
    record TopicOptions(
            TopicNames names, int partitions, Optional<Short> replication, int largestMessage, int segmentBytes) {
        /** A segment has room for the largest record. */
        int segment() {
            return Math.max(segmentBytes, largestRecord());
        }

        /** The envelope writes the body in base64, which adds a third, and has room for the headers. */
        int largestRecord() {
            return Math.toIntExact(largestMessage / 3 * 4L + ROOM_FOR_HEADERS);
        }

        /** A record that nobody can read becomes the body of its dead letter. */
        int largestLetter() {
            return Math.toIntExact(largestRecord() / 3 * 4L + ROOM_FOR_HEADERS);
        }
    }

    /** How a consumer takes. */
    enum Profile {
        AUTO,
        LANE,
        BATCH
    }

    /**
     * How records are taken.
     *
     * @param lanes how many lanes of one record a consumer has at most
     * @param batch about how many records a batch has at most
     * @param renewed whether leases are renewed
     */
    record TakeOptions(Profile profile, int lanes, int batch, boolean renewed) {}

    private static final Pattern PREFIX = Pattern.compile("(?!__)[A-Za-z0-9._-]{0,64}");
    private static final int ROOM_FOR_HEADERS = 1 << 20;
    private static final int MOST_PARTITIONS = 1_000;
    private static final int MOST_REPLICAS = 100;
    private static final int MEBIBYTE = 1 << 20;
    private static final int LARGEST_LARGEST = 64 * MEBIBYTE;
    private static final int LARGEST_SEGMENT = 1024 * MEBIBYTE;
    /** A share group has 200 members by default, and 1000 at most. */
    private static final int MOST_LANES = 1_000;

    private static Optional<Short> replication(UrlOptions options) {
        int given = options.integer("replication", 0, 0, MOST_REPLICAS);
        return given == 0 ? Optional.empty() : Optional.of((short) given);
    }

    static KafkaOptions of(ServiceUrl url) {
        UrlOptions options = new UrlOptions("Kafka broker URL", url);
        KafkaOptions read = read(url, options);
        options.finish();
        return read;
    }

    /** What is wrong is told by {@link UrlOptions#finish}. */
    static KafkaOptions read(ServiceUrl url, UrlOptions options) {
        String prefix = options.text("prefix", "");
        if (!PREFIX.matcher(prefix).matches()) {
            options.refuse("prefix", prefix, "at most 64 letters, digits and . _ -, not beginning with __");
        }
        return new KafkaOptions(
                ClientSettings.read(url, options),
                new TopicOptions(
                        new TopicNames(prefix),
                        options.integer("partitions", 1, 1, MOST_PARTITIONS),
                        replication(options),
                        options.integer("largest_message", 4 * MEBIBYTE, 1, LARGEST_LARGEST),
                        options.integer("segment", 16 * MEBIBYTE, MEBIBYTE, LARGEST_SEGMENT)),
                new TakeOptions(
                        Profile.valueOf(options.oneOf("profile", "auto", List.of("auto", "lane", "batch"))
                                .toUpperCase(Locale.ROOT)),
                        options.integer("lanes", 32, 1, MOST_LANES),
                        options.integer("batch", 500, 1, 10_000),
                        options.oneOf("lease", "renewed", List.of("renewed", "fixed"))
                                .equals("renewed")),
                options.duration("heartbeat", Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofMinutes(10)),
                options.integer("publish_window", 16 * MEBIBYTE, 1, 1024 * MEBIBYTE),
                options.oneOf("mover", "on", List.of("on", "off")).equals("on"));
    }
}
