package io.lovage.testservers;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A private Kafka of one node, which is broker and controller; or one node of a {@link KafkaCluster}. It takes about
 * three seconds to start and some 170 MB of memory. Needs nothing installed: its files came with the build.
 * Thread-safe.
 *
 * <p>Clients ask a Kafka where it is and connect to what they are told. So a {@link FaultProxy} in front of
 * {@link #port} would be left at once; {@link #openProxy} has listeners that name the proxy.
 */
public final class KafkaServer extends SingleServer {
    private static final String IMAGE_VARIABLE = "LOVAGE_TEST_KAFKA_IMAGE";
    private static final String IMAGE = "apache/kafka:4.4.0";
    private static final Path FILES_IN_CONTAINER = Path.of("/lovage");
    private static final String DATA_IN_CONTAINER = "/var/lib/kafka/data/lovage";
    private static final int PROXIES = 3;

    private final KafkaOptions options;
    private final KafkaSettings.Seat seat;
    private final List<KafkaDoor> doors =
            IntStream.rangeClosed(1, PROXIES).mapToObj(KafkaDoor::new).toList();
    private final int operatorPort = Ports.free();
    private final Hosting hosting;

    /** A process of a program, or a container. */
    KafkaServer(KafkaOptions options, Optional<KafkaFiles> files, KafkaSettings.Seat seat) {
        super("Kafka", options.tls());
        this.options = options;
        this.seat = seat;
        this.hosting = files.<Hosting>map(this::process).orElseGet(this::container);
        writeFiles(files.isPresent());
    }

    private PrivateProcess process(KafkaFiles files) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(options.jvm());
        words.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
        words.add("-cp");
        words.add(files.classPath().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
        words.addAll(List.of(
                KafkaFiles.mainClass(), settingsFile().toString(), dataFolder().toString(), seat.clusterId()));
        return new PrivateProcess(new PrivateProcess.Command(
                "Kafka", words, variable -> true, Map.of(), folder(), folder().resolve("kafka.out")));
    }

    /** The image's scripts prepare the data once, too. */
    private PrivateContainer container() {
        String settings = inContainer(settingsFile());
        List<Integer> ports = new ArrayList<>(List.of(port(), operatorPort));
        doors.forEach(door -> ports.add(door.port()));
        tlsPort().ifPresent(ports::add);
        return new PrivateContainer(new PrivateContainer.Content(
                "Kafka",
                Optional.ofNullable(System.getenv(IMAGE_VARIABLE)).orElse(IMAGE),
                ports.stream().collect(Collectors.toMap(Function.identity(), Function.identity())),
                Map.of("KAFKA_HEAP_OPTS", String.join(" ", options.jvm()), "KAFKA_JVM_PERFORMANCE_OPTS", "-server"),
                Stream.concat(Stream.of(settingsFile()), keyFile().stream())
                        .collect(Collectors.toMap(KafkaServer.this::inContainer, file -> file)),
                List.of(
                        "sh",
                        "-c",
                        "/opt/kafka/bin/kafka-storage.sh format --ignore-formatted -c " + settings + " -t "
                                + seat.clusterId() + " && exec /opt/kafka/bin/kafka-server-start.sh " + settings)));
    }

    private String inContainer(Path file) {
        return FILES_IN_CONTAINER.resolve(file.getFileName()).toString();
    }

    /** What {@link #start} starts; "unknown" when its file does not say. */
    public static String version() {
        return KafkaFiles.find().version().orElse("unknown");
    }

    /** Why there can be no private Kafka here, and what to do; empty when there can. */
    public static Optional<String> missing() {
        return KafkaFiles.find().missing();
    }

    /** Starts a server with default options. */
    public static KafkaServer start() {
        return start(KafkaOptions.ofDefaults());
    }

    /**
     * Starts a server as a process of this machine and returns when it serves.
     *
     * @throws ServerException when its files are missing, it refuses its options or is not ready within 120 seconds
     */
    public static KafkaServer start(KafkaOptions options) {
        return started(new KafkaServer(options, Optional.of(files()), alone()));
    }

    /**
     * Starts a server in a container and returns when it serves. Everything else is as with {@link #start}, but for
     * {@link #pid}.
     *
     * @throws ServerException when there is no engine, the server refuses its options or is not ready within 120
     *     seconds
     */
    static KafkaServer startContainer(KafkaOptions options) {
        return started(new KafkaServer(options, Optional.empty(), alone()));
    }

    static KafkaFiles files() {
        KafkaFiles files = KafkaFiles.find();
        files.missing().ifPresent(reason -> {
            throw new ServerException(reason);
        });
        return files;
    }

    private static KafkaSettings.Seat alone() {
        return new KafkaSettings.Seat(1, newClusterId(), List.of(Ports.free()));
    }

    /** Kafka writes the 16 bytes of such an identifier in 22 characters, and wants no hyphen in front. */
    static String newClusterId() {
        byte[] bytes = UUID.randomUUID().toString().substring(0, 16).getBytes(StandardCharsets.US_ASCII);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private Path settingsFile() {
        return folder().resolve("server.properties");
    }

    /** Where it writes its topics, each partition in a folder; empty when that is not on this machine. */
    public Optional<Path> logFolder() {
        return hosting instanceof PrivateProcess ? Optional.of(dataFolder()) : Optional.empty();
    }

    private Path dataFolder() {
        return folder().resolve("data");
    }

    private Optional<Path> keyFile() {
        return options.tls() ? Optional.of(folder().resolve("key-and-certificate.pem")) : Optional.empty();
    }

    private void writeFiles(boolean onThisMachine) {
        Optional<Path> key = keyFile();
        KafkaSettings settings = new KafkaSettings(
                options,
                onThisMachine ? "127.0.0.1" : "0.0.0.0",
                onThisMachine ? dataFolder().toString() : DATA_IN_CONTAINER,
                key.map(file -> onThisMachine ? file.toString() : inContainer(file))
                        .orElse(""),
                seat,
                listeners());
        try {
            Files.writeString(settingsFile(), settings.text());
            if (key.isPresent()) {
                Files.writeString(
                        key.get(),
                        Files.readString(certificates().key())
                                + Files.readString(certificates().certificate()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<KafkaSettings.Listener> listeners() {
        List<KafkaSettings.Listener> all = new ArrayList<>();
        all.add(new KafkaSettings.Listener("CLIENT", port(), "127.0.0.1", port(), false, false));
        all.add(new KafkaSettings.Listener(
                KafkaSettings.OPERATOR, operatorPort, "127.0.0.1", operatorPort, false, true));
        // the host is one that the certificate names
        tlsPort().ifPresent(tls -> all.add(new KafkaSettings.Listener("TLS", tls, "localhost", tls, true, false)));
        doors.forEach(door -> all.add(door.listener()));
        return Collections.unmodifiableList(all);
    }

    @Override
    Hosting hosting() {
        return hosting;
    }

    /** It serves when it knows itself to be one of those that do. */
    @Override
    boolean answers() {
        return servingNodes().contains(seat.node());
    }

    /** The numbers of the nodes that serve, by what this one knows; none when it does not answer. */
    Set<Integer> servingNodes() {
        return KafkaMetadata.of(operatorPort).map(KafkaMetadata::nodes).orElse(Set.of());
    }

    /** The names of all topics, Kafka's own among them; none when it does not answer. */
    public Set<String> topics() {
        return KafkaMetadata.of(operatorPort).map(KafkaMetadata::topics).orElse(Set.of());
    }

    /** Its number in its cluster, from 1. */
    public int node() {
        return seat.node();
    }

    /** Where clients connect, with the first of {@link KafkaOptions#users} if there are any. */
    @Override
    public String url() {
        return "kafka://" + credentials() + address();
    }

    /** Host and port of {@link #url}, as Kafka's clients have it in {@code bootstrap.servers}. */
    public String address() {
        return "127.0.0.1:" + port();
    }

    /** Where an operator connects who may do everything and needs no name; also in {@code bootstrap.servers}. */
    public String operatorAddress() {
        return "127.0.0.1:" + operatorPort;
    }

    /**
     * Where TLS clients connect.
     *
     * @throws IllegalStateException when the server was started without TLS
     */
    public String tlsUrl() {
        return "kafkas://" + credentials() + tlsAddress();
    }

    private String credentials() {
        return options.users().entrySet().stream()
                .findFirst()
                .map(user -> user.getKey() + ":" + user.getValue() + "@")
                .orElse("");
    }

    /**
     * Opens a proxy through which a client does everything that begins with its address: this server names the proxy to
     * those who came through it. Three can be open at a time; who has closed one may open another, and what was counted
     * begins anew.
     *
     * @throws IllegalStateException when all are open
     */
    public FaultProxy openProxy() {
        return doors.stream()
                .flatMap(door -> door.open().stream())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "all " + PROXIES + " proxies of this Kafka are open; close those that are not used"));
    }

    @Override
    void afterStop() {
        doors.forEach(KafkaDoor::close);
    }
}
