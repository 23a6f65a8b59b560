package io.lovage.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class RequiredServersTest {
    private static Optional<String> missing() {
        return Optional.of("it is not installed");
    }

    private static Optional<String> there() {
        return Optional.empty();
    }

    @Test
    void aMissingServerIsSkippedWithItsReason() {
        Availability<String> none =
                RequiredServers.from(Map.of()).privateServer("redis", RequiredServersTest::missing, () -> "server");
        assertThat(none.server()).isEmpty();
        assertThatThrownBy(() -> none.orSkip(Assumptions::abort)).hasMessage("not available: it is not installed");
    }

    @Test
    void aMissingServerThatIsRequiredIsAFailure() {
        RequiredServers required = RequiredServers.from(Map.of("LOVAGE_TEST_REQUIRED", "redis, RabbitMQ"));
        assertThatThrownBy(() -> required.privateServer("rabbitmq", RequiredServersTest::missing, () -> "server"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("LOVAGE_TEST_REQUIRED asks for rabbitmq")
                .hasMessageContaining("it is not installed");
    }

    @Test
    void aServerThatIsThereIsStarted() {
        Availability<String> there =
                RequiredServers.from(Map.of()).privateServer("redis", RequiredServersTest::there, () -> "server");
        assertThat(there.orSkip(Assumptions::abort)).isEqualTo("server");
    }

    @Test
    void aForeignServerIsUsedByItsAddressAndItsProcessIsOutOfReach() {
        RequiredServers foreign = RequiredServers.from(
                Map.of("LOVAGE_TEST_RABBITMQ_URL", "amqp://elsewhere/", "LOVAGE_TEST_REQUIRED", "rabbitmq"));
        assertThat(foreign.url("rabbitmq", RequiredServersTest::missing, () -> "private")
                        .server())
                .contains("amqp://elsewhere/");
        assertThat(foreign.privateServer("rabbitmq", RequiredServersTest::there, () -> "private")
                        .reason())
                .startsWith(Availability.PREFIX)
                .contains("LOVAGE_TEST_RABBITMQ_URL");
        assertThat(foreign.url("redis", RequiredServersTest::there, () -> "private")
                        .server())
                .contains("private");
    }

    @Test
    void aMistypedServerNameIsRefused() {
        assertThatThrownBy(() -> RequiredServers.from(Map.of("LOVAGE_TEST_REQUIRED", "rabitmq")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rabitmq")
                .hasMessageContaining("rabbitmq");
    }

    @Test
    void aServerThatIsNotToBeUsedIsSkippedThoughItIsThere() {
        RequiredServers skipped = RequiredServers.from(
                Map.of("LOVAGE_TEST_SKIPPED", "redis", "LOVAGE_TEST_REDIS_URL", "redis://elsewhere"));
        assertThat(skipped.privateServer("redis", RequiredServersTest::there, () -> "server")
                        .reason())
                .isEqualTo("not available: LOVAGE_TEST_SKIPPED names redis");
        assertThat(skipped.url("redis", RequiredServersTest::there, () -> "server")
                        .server())
                .isEmpty();
    }

    @Test
    void aServerCannotBeRequiredAndSkipped() {
        assertThatThrownBy(() -> RequiredServers.from(
                        Map.of("LOVAGE_TEST_REQUIRED", "redis", "LOVAGE_TEST_SKIPPED", "redis,rabbitmq")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("contradict");
    }

    @Test
    void serversThatWorkTogetherAreSkippedWhereOthersRunInContainers() {
        RequiredServers required = RequiredServers.from(Map.of("LOVAGE_TEST_REQUIRED", "redis"));
        assertThat(required.privateServers("redis", () -> true, RequiredServersTest::missing, () -> "cluster")
                        .reason())
                .startsWith(Availability.PREFIX)
                .contains("do not run in containers", "it is not installed");
        assertThat(required.privateServers("redis", () -> true, RequiredServersTest::there, () -> "cluster")
                        .server())
                .contains("cluster");
        assertThatThrownBy(() ->
                        required.privateServers("redis", () -> false, RequiredServersTest::missing, () -> "cluster"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("LOVAGE_TEST_REQUIRED asks for redis");
    }

    @Test
    void nobodyLooksForAServerThatIsNotToBeUsed() {
        RequiredServers skipped = RequiredServers.from(Map.of("LOVAGE_TEST_SKIPPED", "redis"));
        Supplier<Optional<String>> search = () -> {
            throw new AssertionError("searched");
        };
        assertThat(skipped.privateServer("redis", search, () -> "server").server())
                .isEmpty();
    }
}
