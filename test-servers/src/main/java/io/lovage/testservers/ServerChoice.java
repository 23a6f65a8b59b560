package io.lovage.testservers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether servers run in containers or as private processes. Decided when first asked, and then kept. Thread-safe. */
final class ServerChoice {
    private static final Logger LOG = LoggerFactory.getLogger(ServerChoice.class);
    private static final String VARIABLE = "LOVAGE_TEST_SERVERS";
    private static final Path MARK_OF_A_CONTAINER = Path.of("/.dockerenv");

    private enum Wish {
        AUTO,
        DOCKER,
        LOCAL
    }

    private final Wish wish;
    private final Supplier<Optional<String>> noEngine;
    private final boolean insideContainer;
    private @Nullable Boolean containers;

    /**
     * Begins.
     *
     * @param noEngine why no engine can be used; asked at most once
     * @param insideContainer whether we are in a container ourselves: what an engine beside us publishes is then not on
     *     our loopback
     */
    ServerChoice(Map<String, String> environment, Supplier<Optional<String>> noEngine, boolean insideContainer) {
        this.wish = wish(environment.getOrDefault(VARIABLE, "auto"));
        this.noEngine = noEngine;
        this.insideContainer = insideContainer;
    }

    static ServerChoice from(Map<String, String> environment) {
        return new ServerChoice(
                environment, () -> DockerEngine.from(environment).missing(), Files.exists(MARK_OF_A_CONTAINER));
    }

    private static Wish wish(String value) {
        List<String> allowed = Arrays.stream(Wish.values())
                .map(wish -> wish.name().toLowerCase(Locale.ROOT))
                .toList();
        if (!allowed.contains(value)) {
            throw new IllegalArgumentException(VARIABLE + "=" + value + " is not allowed; allowed: " + allowed);
        }
        return Wish.valueOf(value.toUpperCase(Locale.ROOT));
    }

    /**
     * True for containers.
     *
     * @throws IllegalStateException when containers were asked for and there is no engine
     */
    synchronized boolean containers() {
        Boolean known = containers;
        if (known == null) {
            known = decide();
            containers = known;
        }
        return known;
    }

    private boolean decide() {
        return switch (wish) {
            case LOCAL -> false;
            case DOCKER -> {
                noEngine.get().ifPresent(reason -> {
                    throw new IllegalStateException(VARIABLE + "=docker, but " + reason);
                });
                yield true;
            }
            case AUTO -> {
                Optional<String> reason =
                        insideContainer ? Optional.of("these tests run in a container themselves") : noEngine.get();
                LOG.info(
                        "test servers are {} ({}=auto{})",
                        reason.isPresent() ? "private processes" : "containers",
                        VARIABLE,
                        reason.map(why -> ": " + why).orElse(""));
                yield reason.isEmpty();
            }
        };
    }
}
