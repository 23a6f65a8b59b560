package io.lovage.testservers;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** RabbitMQ in a container. Thread-safe. */
final class RabbitContainer extends RabbitServer {
    private static final String IMAGE_VARIABLE = "LOVAGE_TEST_RABBITMQ_IMAGE";
    /** The version all tests were run with as a private process. */
    private static final String IMAGE = "rabbitmq:3.10";

    private static final Placement PLACEMENT =
            new Placement("0.0.0.0", 5672, 5671, Path.of("/lovage"), Path.of("/var/lib/rabbitmq"));

    private final PrivateContainer container;

    RabbitContainer(RabbitOptions options) {
        super(options);
        Map<Integer, Integer> ports = new LinkedHashMap<>();
        ports.put(port(), PLACEMENT.port());
        tlsPort().ifPresent(tlsPort -> ports.put(tlsPort, PLACEMENT.tlsPort()));
        Stream<Path> files = Stream.concat(Stream.of(configFile(), advancedFile(), pluginsFile()), tlsFiles());
        this.container = new PrivateContainer(new PrivateContainer.Content(
                "RabbitMQ",
                Optional.ofNullable(System.getenv(IMAGE_VARIABLE)).orElse(IMAGE),
                ports,
                environment(),
                files.collect(Collectors.toMap(this::seen, file -> file)),
                List.of()));
    }

    private Map<String, String> environment() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("RABBITMQ_CONFIG_FILE", seen(configFile()));
        all.put("RABBITMQ_ADVANCED_CONFIG_FILE", seen(advancedFile()));
        all.put("RABBITMQ_ENABLED_PLUGINS_FILE", seen(pluginsFile()));
        // servers are guests on the machine that runs the tests
        all.put("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "+S 1:1 +sbwt none");
        return all;
    }

    @Override
    Placement placement() {
        return PLACEMENT;
    }

    @Override
    Hosting hosting() {
        return container;
    }

    @Override
    String runControl(Stream<String> arguments) {
        return container.run(
                Stream.concat(Stream.of("rabbitmqctl", "-q"), arguments).toArray(String[]::new));
    }
}
