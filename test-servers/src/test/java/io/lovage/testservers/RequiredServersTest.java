package io.lovage.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class RequiredServersTest {
    private static final Optional<String> MISSING = Optional.of("it is not installed");

    @Test
    void aMissingServerIsSkippedWithItsReason() {
        Availability<String> none = RequiredServers.from(Map.of()).privateServer("redis", MISSING, () -> "server");
        assertThat(none.server()).isEmpty();
        assertThatThrownBy(() -> none.orSkip(Assumptions::abort)).hasMessage("not available: it is not installed");
    }

    @Test
    void aMissingServerThatIsRequiredIsAFailure() {
        RequiredServers required = RequiredServers.from(Map.of("LOVAGE_TEST_REQUIRED", "redis, RabbitMQ"));
        assertThatThrownBy(() -> required.privateServer("rabbitmq", MISSING, () -> "server"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("LOVAGE_TEST_REQUIRED asks for rabbitmq")
                .hasMessageContaining("it is not installed");
    }

    @Test
    void aServerThatIsThereIsStarted() {
        Availability<String> there =
                RequiredServers.from(Map.of()).privateServer("redis", Optional.empty(), () -> "server");
        assertThat(there.orSkip(Assumptions::abort)).isEqualTo("server");
    }

    @Test
    void aForeignServerIsUsedByItsAddressAndItsProcessIsOutOfReach() {
        RequiredServers foreign = RequiredServers.from(
                Map.of("LOVAGE_TEST_RABBITMQ_URL", "amqp://elsewhere/", "LOVAGE_TEST_REQUIRED", "rabbitmq"));
        assertThat(foreign.url("rabbitmq", MISSING, () -> "private").server()).contains("amqp://elsewhere/");
        assertThat(foreign.privateServer("rabbitmq", Optional.empty(), () -> "private")
                        .reason())
                .startsWith(Availability.PREFIX)
                .contains("LOVAGE_TEST_RABBITMQ_URL");
        assertThat(foreign.url("redis", Optional.empty(), () -> "private").server())
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
        assertThat(skipped.privateServer("redis", Optional.empty(), () -> "server")
                        .reason())
                .isEqualTo("not available: LOVAGE_TEST_SKIPPED names redis");
        assertThat(skipped.url("redis", Optional.empty(), () -> "server").server())
                .isEmpty();
    }

    @Test
    void aServerCannotBeRequiredAndSkipped() {
        assertThatThrownBy(() -> RequiredServers.from(
                        Map.of("LOVAGE_TEST_REQUIRED", "redis", "LOVAGE_TEST_SKIPPED", "redis,rabbitmq")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("contradict");
    }
}
