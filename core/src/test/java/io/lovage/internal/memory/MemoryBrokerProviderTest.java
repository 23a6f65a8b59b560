package io.lovage.internal.memory;

import static io.lovage.internal.memory.Fixture.QUEUE;
import static io.lovage.internal.memory.Fixture.connect;
import static io.lovage.internal.memory.Fixture.get;
import static io.lovage.internal.memory.Fixture.outbound;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.spi.BrokerProvider;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.LeaseModel;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.ResultBackendProvider;
import io.lovage.spi.ServiceUrl;
import io.lovage.testing.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryBrokerProviderTest {
    private final ManualClock clock = new ManualClock();

    private static long ready(MemoryBroker broker) {
        return broker.admin().stats(QUEUE).ready().orElseThrow();
    }

    @Test
    void isFoundByItsScheme() {
        assertThat(ServiceLoader.load(BrokerProvider.class))
                .anyMatch(provider -> provider.schemes().contains("memory"));
        assertThat(ServiceLoader.load(ResultBackendProvider.class))
                .anyMatch(provider -> provider.schemes().contains("memory"));
        assertThat(new MemoryBrokerProvider().ownResultBackend(ServiceUrl.parse("memory://")))
                .isEqualTo("memory://");
    }

    @Test
    void withoutANameEveryConnectionIsAlone() {
        try (MemoryBroker one = connect("memory://", clock);
                MemoryBroker two = connect("memory://", clock)) {
            one.declare(QUEUE);
            assertThatThrownBy(() -> ready(two)).isInstanceOf(QueueNotFoundException.class);
        }
    }

    @Test
    void aNamedSpaceLivesAsLongAsOneConnection() {
        MemoryBroker one = connect("memory://lives", clock);
        one.declare(QUEUE);
        get(one.publish(List.of(outbound("a"))));
        MemoryBroker two = connect("memory://lives/", clock);
        one.close();
        one.close();
        assertThat(ready(two)).isEqualTo(1);
        two.crash();
        try (MemoryBroker three = connect("memory://lives", clock)) {
            assertThatThrownBy(() -> ready(three)).isInstanceOf(QueueNotFoundException.class);
        }
    }

    @Test
    void aSecondConnectionGivesTheSameOptionsOrNone() {
        try (MemoryBroker one = connect("memory://options?answers=sent", clock);
                MemoryBroker same = connect("memory://options?answers=sent", clock);
                MemoryBroker none = connect("memory://options", clock)) {
            assertThat(List.of(one, same, none))
                    .allMatch(broker -> !broker.capabilities().answersSettlement());
            assertThatThrownBy(() -> connect("memory://options?answers=applied", clock))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("other options");
        }
    }

    @Test
    void declaresItsLimitsHonestly() {
        try (MemoryBroker plain = connect("memory://", clock);
                MemoryBroker hard = connect("memory://?lease=2s&answers=sent&max_message=1000", clock)) {
            assertThat(plain.capabilities().broker()).isEqualTo("memory");
            assertThat(plain.capabilities().lease()).isInstanceOf(LeaseModel.UntilDeadline.class);
            assertThat(plain.capabilities().crashBound()).isGreaterThan(QueueSpec.DEFAULT_LEASE);
            assertThat(plain.capabilities().largestMessageBytes()).isEmpty();
            assertThat(plain.capabilities().answersSettlement()).isTrue();
            assertThat(hard.capabilities().crashBound()).isLessThan(Duration.ofSeconds(1));
            assertThat(hard.capabilities().largestMessageBytes()).hasValue(1000);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "memory://user@name",
                "memory://user:secret-word@name",
                "memory://name/path",
                "memory://na me",
                "memory://?lease=0ms",
                "memory://?answers=maybe&counts=none",
                "memory://?max_message=0",
                "memory://?priorities=some",
                "memory://?prefetch=3"
            })
    void refusesAUrlThatCannotWorkWithoutRepeatingSecrets(String url) {
        assertThatThrownBy(() -> connect(url, clock))
                .isInstanceOf(ConfigurationException.class)
                .message()
                .contains("memory")
                .doesNotContain("secret-word");
    }
}
