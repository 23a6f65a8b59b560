package io.lovage.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.lovage.fixtures.ProxyFaults;
import io.lovage.spi.QueueFeature;
import io.lovage.spi.QueueSpec;
import io.lovage.tck.BrokerHarness;
import io.lovage.tck.NetworkFaults;
import io.lovage.tck.ServerFaults;
import io.lovage.testservers.RabbitServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** RabbitMQ with the faults that a private server and a proxy can produce. */
final class RabbitHarness implements BrokerHarness {
    /** The client gives a connection up after two heartbeats of 3 s, and looks every quarter of one. */
    private static final Duration SILENCE_NOTICED = Duration.ofSeconds(8);

    private static final int DEFAULT_PORT = 5672;

    private static final String HEARTBEAT = "heartbeat=3s";
    private static final Duration QUEUES_KNOWN = Duration.ofSeconds(2);

    private final String queueType;
    private final Optional<RabbitServer> server;
    private final String plainUrl;

    RabbitHarness(String queueType) {
        this.queueType = queueType;
        this.server = TestRabbit.foreignUrl().isPresent() ? Optional.empty() : Optional.of(TestRabbit.server());
        this.plainUrl =
                TestRabbit.foreignUrl().orElseGet(() -> TestRabbit.server().url());
    }

    @Override
    public String column() {
        return "rabbitmq";
    }

    /** A server of somebody else offers fewer faults, and so has limits of its own. */
    @Override
    public String variant() {
        return queueType + (server.isPresent() ? "" : "-foreign");
    }

    @Override
    public String url() {
        return withOptions(plainUrl);
    }

    /** Somebody else's server has whatever patience it has. */
    @Override
    public Patience shortestPatience() {
        return server.isEmpty()
                ? new Patience(url(), Duration.ZERO)
                : new Patience(withOptions(LongTaskServer.url()), LongTaskServer.CONSUMER_TIMEOUT);
    }

    private String withOptions(String url) {
        return url + (url.contains("?") ? "&" : "?") + "queue_type=" + queueType + "&" + HEARTBEAT
                + (queueType.equals("classic") ? "&max_priority=9" : "");
    }

    @Override
    public Optional<NetworkFaults> network() {
        return Optional.of(new ProxyFaults(plainUrl, DEFAULT_PORT, this::withOptions, SILENCE_NOTICED));
    }

    @Override
    public Optional<ServerFaults> server() {
        return server.map(ProcessFaults::new);
    }

    private record ProcessFaults(RabbitServer rabbit) implements ServerFaults {
        @Override
        public void restart() {
            rabbit.restart();
        }

        /**
         * RabbitMQ 3.10 writes down half a second late which quorum queues there are: one that is younger loses all it
         * holds when the only node is killed. docs/brokers/rabbitmq.md tells of it.
         */
        @Override
        public void killAndStart() {
            Awaitility.await("queues to be written down")
                    .pollDelay(QUEUES_KNOWN)
                    .until(() -> true);
            rabbit.kill();
            rabbit.restart();
        }
    }

    @Override
    public Optional<String> deadUrl() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Optional.of("amqp://guest:" + SECRET + "@127.0.0.1:" + free.getLocalPort() + "/");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<Refusal> refusals() {
        return server.map(rabbit -> List.of(
                        new Refusal("wrong password", address("guest", "")),
                        new Refusal("wrong virtual host", address("powerless", "nowhere")),
                        new Refusal("missing permission", address("powerless", ""))))
                .orElse(List.of());
    }

    private String address(String user, String virtualHost) {
        return "amqp://" + user + ":" + SECRET + "@"
                + URI.create(plainUrl).getAuthority().replaceFirst(".*@", "") + "/" + virtualHost;
    }

    @Override
    public Optional<TlsUrls> tls() {
        return server.map(rabbit ->
                new TlsUrls(rabbit.tlsUrl() + "?ca=" + rabbit.certificates().authority(), rabbit.tlsUrl()));
    }

    @Override
    public Optional<QueueSpec> createLacking(String name) {
        withChannel(channel -> channel.queueDeclare(name, true, false, false, null));
        return Optional.of(
                QueueSpec.of(name).requiring(Set.of(QueueFeature.PRIORITY, QueueFeature.EXACT_DELIVERY_COUNT)));
    }

    @Override
    public int putGarbage(QueueSpec queue) {
        List<Map<String, Object>> headers = List.of(
                Map.of(),
                odd(),
                Map.of("task", Map.of("a", List.of(1, 2)), "x-death", List.of("not a death")),
                Map.of("task", "tck.echo", "id", "typed", "lovage-delivery-count", "many"));
        withChannel(channel -> {
            channel.basicPublish("", queue.name(), null, new byte[0]);
            for (Map<String, Object> one : headers) {
                AMQP.BasicProperties properties =
                        new AMQP.BasicProperties.Builder().headers(one).build();
                channel.basicPublish("", queue.name(), properties, "garbage".getBytes(StandardCharsets.UTF_8));
            }
        });
        return 1 + headers.size();
    }

    @SuppressWarnings("JavaUtilDate") // the client library's type for AMQP timestamps
    private static Map<String, Object> odd() {
        Map<String, Object> odd = new LinkedHashMap<>();
        odd.put("bytes", new byte[] {0, (byte) 0xff});
        odd.put("date", new Date(0));
        odd.put("decimal", new BigDecimal("1.50"));
        odd.put("float", 1.5f);
        odd.put("short", (short) 7);
        odd.put("nothing", null);
        odd.put("deep", List.of(Map.of("x", List.of("y", 2L))));
        return odd;
    }

    /** What the queues' processes hold, and the messages in them. */
    @Override
    public OptionalLong storedBytes(List<QueueSpec> queues) {
        if (server.isEmpty()) {
            return OptionalLong.empty();
        }
        Set<String> names = queues.stream().map(QueueSpec::name).collect(Collectors.toSet());
        return OptionalLong.of(server.get()
                .control("list_queues", "name", "memory", "message_bytes")
                .lines()
                .map(line -> line.split("\t", -1))
                .filter(fields -> names.contains(fields[0]))
                .mapToLong(fields -> bytes(fields[1]) + bytes(fields[2]))
                .sum());
    }

    /** A queue that is just being made or deleted has no numbers. */
    private static long bytes(String field) {
        return field.isEmpty() ? 0 : Long.parseLong(field);
    }

    /** What is done with a bare channel. */
    @FunctionalInterface
    private interface OnChannel {
        void run(Channel channel) throws IOException;
    }

    private void withChannel(OnChannel action) {
        try (Connection connection = TestRabbit.bare(plainUrl)) {
            Channel channel = connection.createChannel();
            channel.confirmSelect();
            action.run(channel);
            channel.waitForConfirms();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        // the server is shared and ends with the JVM
    }
}
