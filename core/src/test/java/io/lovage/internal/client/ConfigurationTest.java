package io.lovage.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.Task;
import io.lovage.spi.ConfigurationException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {
    @Nested
    class Scheme {
        @ParameterizedTest
        @CsvSource({
            "amqp://host/, io.lovage:lovage-broker-rabbitmq",
            "amqps://host/, io.lovage:lovage-broker-rabbitmq",
            "redis://host/, io.lovage:lovage-broker-redis",
            "rediss://host/, io.lovage:lovage-broker-redis",
            "redis-sentinel://host/, io.lovage:lovage-broker-redis",
            "rediss-cluster://host/, io.lovage:lovage-broker-redis",
            "kafka://host/, io.lovage:lovage-broker-kafka",
            "kafkas://host/, io.lovage:lovage-broker-kafka"
        })
        void ofAMissingModuleNamesTheDependencyToAdd(String url, String dependency) {
            assertThatThrownBy(() -> Lovage.connect(url))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(dependency)
                    .hasMessageContaining("schemes found: memory");
        }

        @Test
        void thatNobodyKnowsListsWhatWasFound() {
            assertThatThrownBy(() -> Lovage.connect("carrier-pigeon://loft/"))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessage("configuration: broker=carrier-pigeon://loft/: there is no broker with the scheme"
                            + " 'carrier-pigeon'; schemes found: memory");
        }

        @Test
        void ofAResultBackendThatIsMissingIsReportedLikewise() {
            assertThatThrownBy(() -> Lovage.builder()
                            .broker("memory://")
                            .results("redis://:hush@host/1")
                            .build())
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("io.lovage:lovage-broker-redis")
                    .hasMessageContaining("disabled, memory, rpc")
                    .hasMessageNotContaining("hush");
        }
    }

    @Nested
    class Errors {
        @Test
        void comeAllAtOnceWithKeyValueAndWhatIsAllowed() {
            Lovage.Builder builder = Lovage.builder()
                    .broker("amqp://guest:hush@host/")
                    .defaultQueue("no spaces")
                    .name("")
                    .connectTimeout(Duration.ZERO)
                    .environment(Map.of("LOVAGE_PUBLISH_TIMEOUT", "soon", "LOVAGE_RESULT_EXPIRY", "0s"));

            assertThatThrownBy(builder::build)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("broker=amqp://guest:***@host/")
                    .hasMessageContaining("lovage-broker-rabbitmq")
                    .hasMessageContaining("defaultQueue: queue name 'no spaces' is not allowed: use 1 to 180 letters")
                    .hasMessageContaining("name=")
                    .hasMessageContaining("connectTimeout=0ms")
                    .hasMessageContaining("LOVAGE_PUBLISH_TIMEOUT=soon")
                    .hasMessageContaining("LOVAGE_RESULT_EXPIRY=0s")
                    .hasMessageContaining("allowed: a duration such as 250ms");
        }

        @Test
        @DisplayName("R12.3 a URL that cannot be read is not repeated, since it may hold a password")
        void hideAnUnreadableUrl() {
            assertThatThrownBy(() -> Lovage.connect("amqp:/guest:hush@host"))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("broker=***")
                    .hasMessageContaining("expected scheme://")
                    .hasMessageNotContaining("hush");
        }

        @Test
        void nameTheMissingBroker() {
            assertThatThrownBy(() -> Lovage.builder().build())
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessage("configuration: no broker is named: call broker(url) with a URL such as"
                            + " amqp://guest:guest@localhost:5672/, or set LOVAGE_BROKER_URL and call"
                            + " environment(...)");
        }
    }

    @Nested
    class Environment {
        @Test
        void setsWhatTheBuilderWasNotTold() {
            try (Lovage lovage = Lovage.builder()
                    .environment(Map.of("LOVAGE_BROKER_URL", "memory://", "LOVAGE_NAME", "importer"))
                    .build()) {
                assertThat(lovage.send(Task.untyped("t").with(io.lovage.Arguments.none())))
                        .isNotNull();
            }
        }

        @Test
        void losesAgainstTheBuilder() {
            try (Lovage lovage = Lovage.builder()
                    .broker("memory://")
                    .environment(Map.of("LOVAGE_BROKER_URL", "nonsense", "PATH", "/bin"))
                    .build()) {
                assertThat(lovage).isNotNull();
            }
        }
    }

    @Test
    void disabledResultsSayThatNoneWillCome() {
        try (Lovage lovage =
                Lovage.builder().broker("memory://").results("disabled://").build()) {
            AsyncResult<Integer> result = lovage.send(Playground.SQUARE, 3);

            assertThatThrownBy(() -> result.get(Duration.ofDays(1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("disabled://");
        }
    }

    @Test
    @DisplayName("R10.3 a closed connection refuses, and closing twice is harmless")
    void aClosedConnectionRefuses() {
        Lovage lovage = Lovage.inMemory();
        lovage.close();
        lovage.close();

        assertThatThrownBy(() -> lovage.send(Playground.SQUARE, 3)).isInstanceOf(IllegalStateException.class);
    }
}
