package io.lovage.kafka;

import io.lovage.fixtures.ProxyFaults;
import io.lovage.spi.QueueFeature;
import io.lovage.spi.QueueSpec;
import io.lovage.tck.BrokerHarness;
import io.lovage.tck.NetworkFaults;
import io.lovage.tck.ServerFaults;
import io.lovage.tck.Victim;
import io.lovage.tck.VictimSpec;
import io.lovage.testservers.FaultProxy;
import io.lovage.testservers.KafkaServer;
import io.lovage.testservers.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** Kafka with the faults that a private server and its proxies can produce. */
final class KafkaHarness implements BrokerHarness {
    /** A request may be without an answer for as long; a lease that cannot be renewed ends before. */
    private static final Duration SILENCE_NOTICED = Duration.ofSeconds(5);

    private static final String OPTIONS = "heartbeat=3s&segment=1048576&largest_message=1048576";

    private final KafkaServer server = TestKafka.server();
    private final String variant;
    private final String profile;
    private final String resultUrl;

    private KafkaHarness(String variant, String profile, String resultUrl) {
        this.variant = variant;
        this.profile = profile;
        this.resultUrl = resultUrl;
    }

    /** Tasks over Kafka, results in Redis. */
    static KafkaHarness taking(String profile) {
        return new KafkaHarness(profile, profile, TestServers.redisUrl().orSkip(Assumptions::abort));
    }

    /** Results as replies to the client that waits. */
    static KafkaHarness replying() {
        return new KafkaHarness("rpc", "auto", "rpc://");
    }

    /**
     * Results in a topic that every client reads; never through a proxy: the faults of the network are the broker's.
     */
    static KafkaHarness telling() {
        return new KafkaHarness("topic", "auto", TestKafka.server().url());
    }

    @Override
    public String column() {
        return "kafka";
    }

    @Override
    public String variant() {
        return variant;
    }

    /** The default profile is proved by every run, the others by long ones. */
    @Override
    public boolean isInTable() {
        return profile.equals("auto");
    }

    @Override
    public String url() {
        return withOptions(server.url());
    }

    private String withOptions(String url) {
        return url + (url.contains("?") ? "&" : "?") + OPTIONS + "&profile=" + profile;
    }

    @Override
    public Optional<String> resultUrl() {
        return Optional.of(resultUrl);
    }

    /**
     * A victim moves no delayed messages: who is killed while it does is replaced after ten seconds, as
     * {@link DelaysTest} shows, and until then the delays of all tests stand still.
     */
    @Override
    public Victim startVictim(VictimSpec spec) {
        String standingBy = spec.url().orElse(url()) + "&mover=off";
        return BrokerHarness.super.startVictim(new VictimSpec(
                spec.queue(), spec.take(), Optional.of(standingBy), spec.crashAt(), spec.heapMegabytes()));
    }

    @Override
    public Optional<NetworkFaults> network() {
        return Optional.of(new ProxyFaults(server.url(), this::openProxy, this::withOptions, SILENCE_NOTICED));
    }

    /** A few can be open at a time: a test waits for another one to end. */
    private FaultProxy openProxy() {
        return Awaitility.await()
                .atMost(patience().multipliedBy(3))
                .ignoreExceptionsInstanceOf(IllegalStateException.class)
                .until(server::openProxy, Objects::nonNull);
    }

    @Override
    public Optional<ServerFaults> server() {
        return Optional.of(new ProcessFaults(server));
    }

    private record ProcessFaults(KafkaServer kafka) implements ServerFaults {
        @Override
        public void restart() {
            kafka.restart();
        }

        @Override
        public void killAndStart() {
            kafka.kill();
            kafka.restart();
        }
    }

    @Override
    public Optional<String> deadUrl() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Optional.of("kafka://lovage:" + SECRET + "@127.0.0.1:" + free.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<Refusal> refusals() {
        return List.of(
                new Refusal("wrong password", "kafka://lovage:" + SECRET + "@" + server.address()),
                new Refusal("missing permission", "kafka://powerless:" + SECRET + "@" + server.address()));
    }

    @Override
    public Optional<TlsUrls> tls() {
        return Optional.of(
                new TlsUrls(server.tlsUrl() + "?ca=" + server.certificates().authority(), server.tlsUrl()));
    }

    /** A topic that drops what nobody takes within an hour. */
    @Override
    public Optional<QueueSpec> createLacking(String name) {
        bare(admin -> admin.createTopics(List.of(new NewTopic(name, Optional.of(1), Optional.empty())
                        .configs(Map.of("retention.ms", "3600000"))))
                .all());
        return Optional.of(QueueSpec.of(name).requiring(Set.of(QueueFeature.DURABLE)));
    }

    private static <T> T bare(Function<Admin, KafkaFuture<T>> action) {
        return TestKafka.bare(admin -> {
            try {
                return action.apply(admin).get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Override
    public int putGarbage(QueueSpec queue) {
        List<String> garbage = List.of(
                "",
                "not JSON",
                "[1, 2]",
                "{\"body\": 7}",
                "{\"body\": \"%%%\", \"properties\": {\"body_encoding\": \"base64\"}}",
                "{\"body\": \"W10=\", \"headers\": [], \"properties\": \"none\"}");
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", server.operatorAddress()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (String text : garbage) {
                producer.send(new ProducerRecord<>(queue.name(), text.getBytes(StandardCharsets.UTF_8)))
                        .get();
            }
            producer.send(new ProducerRecord<>(queue.name(), null)).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        return garbage.size() + 1;
    }

    /** What the files of their topics have on disk. */
    @Override
    public OptionalLong storedBytes(List<QueueSpec> queues) {
        Set<String> topics = queues.stream().map(QueueSpec::name).collect(Collectors.toSet());
        return OptionalLong.of(bare(admin -> admin.describeLogDirs(List.of(1)).allDescriptions()).values().stream()
                .flatMap(folders -> folders.values().stream())
                .flatMap(folder -> folder.replicaInfos().entrySet().stream())
                .filter(replica -> topics.contains(replica.getKey().topic()))
                .mapToLong(replica -> replica.getValue().size())
                .sum());
    }

    @Override
    public void close() {
        // the server is shared and ends with the JVM
    }
}
