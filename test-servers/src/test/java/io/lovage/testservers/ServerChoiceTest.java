package io.lovage.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ServerChoiceTest {
    private static Optional<String> anEngine() {
        return Optional.empty();
    }

    private static Optional<String> noEngine() {
        return Optional.of("no engine answers at /x");
    }

    private static ServerChoice choice(String wish, Supplier<Optional<String>> noEngine) {
        return new ServerChoice(Map.of("LOVAGE_TEST_SERVERS", wish), noEngine, false);
    }

    @Test
    void autoTakesContainersWhereAnEngineAnswersAndProcessesElsewhere() {
        assertThat(choice("auto", ServerChoiceTest::anEngine).containers()).isTrue();
        assertThat(choice("auto", ServerChoiceTest::noEngine).containers()).isFalse();
        assertThat(new ServerChoice(Map.of(), ServerChoiceTest::anEngine, false).containers())
                .as("the default")
                .isTrue();
    }

    @Test
    void autoTakesProcessesInsideAContainerButContainersCanBeAskedForThere() {
        assertThat(new ServerChoice(Map.of(), ServerChoiceTest::anEngine, true).containers())
                .isFalse();
        assertThat(new ServerChoice(Map.of("LOVAGE_TEST_SERVERS", "docker"), ServerChoiceTest::anEngine, true)
                        .containers())
                .isTrue();
    }

    @Test
    void dockerWithoutAnEngineIsAnErrorThatSaysWhy() {
        ServerChoice docker = choice("docker", ServerChoiceTest::noEngine);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(docker::containers)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("LOVAGE_TEST_SERVERS=docker, but no engine answers at /x");
        }
    }

    @Test
    void localLooksForNoEngine() {
        Supplier<Optional<String>> search = () -> {
            throw new AssertionError("searched");
        };
        assertThat(choice("local", search).containers()).isFalse();
    }

    @Test
    void theEngineIsSearchedOnceOnly() {
        AtomicInteger searches = new AtomicInteger();
        ServerChoice auto = choice("auto", () -> {
            searches.incrementAndGet();
            return Optional.empty();
        });
        assertThat(auto.containers()).isTrue();
        assertThat(auto.containers()).isTrue();
        assertThat(searches).hasValue(1);
    }

    @Test
    void aMistypedWishIsRefused() {
        assertThatThrownBy(() -> choice("podman", ServerChoiceTest::anEngine))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("LOVAGE_TEST_SERVERS=podman is not allowed; allowed: [auto, docker, local]");
    }
}
