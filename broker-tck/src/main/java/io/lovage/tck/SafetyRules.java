package io.lovage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lovage.Arguments;
import io.lovage.Lovage;
import io.lovage.Task;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerException;
import io.lovage.spi.Bytes;
import io.lovage.spi.Destination;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.ServiceUrl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chapter R12. */
abstract class SafetyRules extends Chapter {
    private static final Logger LOG = LoggerFactory.getLogger(SafetyRules.class);
    private static final String HEARD = "the kit listens for passwords in the log";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final String EMBED = "{\"callbacks\": null, \"errbacks\": null, \"chain\": null, \"chord\": null}";

    @Test
    @DisplayName("R12.1 no payload makes a class load")
    void noPayloadMakesAClassLoad(Trial trial) throws InterruptedException {
        QueueSpec queue = trial.queue();
        Lovage lovage = trial.lovage();
        trial.start(lovage.worker()
                .queue(queue, 1)
                .concurrency(1)
                .handle(Tasks.ECHO, (arguments, context) -> "echo")
                .handle(Tasks.PARCEL, (parcel, context) -> parcel.name()));
        List<OutboundMessage> attacks = attacks().stream()
                .map(message -> OutboundMessage.to(queue.name(), message))
                .toList();
        Stages.get(trial.broker().publish(attacks), trial.patience());

        assertThat(lovage.send(Tasks.ECHO.with(Arguments.none()).queue(queue.name()))
                        .get(trial.patience()))
                .isEqualTo("echo");
        assertThat(System.getProperty(Canary.LOADED)).isNull();
    }

    private static List<Message> attacks() {
        String name = Canary.class.getName();
        List<Message> attacks = new ArrayList<>();
        for (String content : List.of(
                "{\"@class\": \"" + name + "\"}",
                "{\"@type\": \"" + name + "\"}",
                "[\"" + name + "\", {}]",
                "{\"__type__\": \"" + name + "\", \"__value__\": {}}",
                "{\"!\": \"!!" + name + " []\"}")) {
            attacks.add(json("[[], {\"name\": \"n\", \"content\": " + content + "}, " + EMBED + "]"));
            attacks.add(json("[[\"n\", " + content + "], {}, " + EMBED + "]"));
        }
        attacks.add(json("[\"" + name + "\", {}, " + EMBED + "]").withHeader("__TypeId__", name));
        for (String type : List.of("application/x-java-serialized-object", "application/x-python-serialize")) {
            attacks.add(new Message(
                    header().headers(),
                    new MessageProperties(
                            Optional.of(type), Optional.of("binary"), Optional.of("attack"), Optional.empty(), true),
                    Bytes.wrap(new byte[] {(byte) 0xac, (byte) 0xed, 0, 5})));
        }
        return attacks;
    }

    private static Message json(String body) {
        return new Message(
                header().headers(), MessageProperties.json(Optional.of("attack"), Optional.empty()), Bytes.utf8(body));
    }

    private static Message header() {
        return Messages.named("attack").withHeader("task", Tasks.PARCEL.name());
    }

    @Test
    @DisplayName("R12.2 a server whose certificate is not trusted is refused, a trusted one is not")
    void tlsIsVerified(Trial trial) {
        BrokerHarness.TlsUrls urls = trial.needs(trial.harness().tls(), "server that speaks TLS");

        Throwable refusal =
                catchThrowable(() -> trial.connect(Dial.to(urls.untrusted()).connectTimeout(CONNECT_TIMEOUT)));
        Broker trusted = trial.connect(Dial.to(urls.trusted()));

        assertThat(refusal).isInstanceOf(BrokerException.class);
        assertThat(trusted.capabilities().broker()).isNotBlank();
    }

    @Test
    @DisplayName("R12.3 a password is in no error, trace or text form")
    void aPasswordIsInNoText(Trial trial) {
        Stream<String> urls = Stream.concat(
                trial.harness().deadUrl().stream(),
                trial.harness().refusals().stream().map(BrokerHarness.Refusal::url));
        urls.forEach(url -> {
            Dial dial = Dial.to(url).connectTimeout(CONNECT_TIMEOUT);
            assertThat(ServiceUrl.parse(url).toString()).doesNotContain(BrokerHarness.SECRET);
            assertThat(dial.config(trial.time()).toString()).doesNotContain(BrokerHarness.SECRET);
            Throwable failure = catchThrowable(() -> trial.connect(dial));
            if (failure != null) {
                assertThat(FaultRules.trace(failure)).doesNotContain(BrokerHarness.SECRET);
            }
        });
        String own = ServiceUrl.parse(trial.harness().url()).password().orElse(BrokerHarness.SECRET);
        Stream.of(trial.broker(), trial.broker().capabilities(), trial.broker().admin(), trial.results())
                .forEach(thing -> assertThat(thing.toString()).doesNotContain(own + "@"));
    }

    @Test
    @DisplayName("R12.3 a password is in no log: of failed connects, of refusals, of a connection that is made again")
    void aPasswordIsInNoLog(Trial trial) {
        try (Overheard output = Overheard.begin()) {
            LOG.warn("{}", HEARD);
            assertThat(attempts(trial))
                    .allSatisfy(attempt -> assertThat(
                                    catchThrowable(() -> FaultRules.useOf(trial, attempt, KitThreads.of("tck"))))
                            .isInstanceOf(BrokerException.class));
            trial.harness().network().ifPresent(network -> connectsAgain(trial, network));

            String own = ServiceUrl.parse(trial.harness().url()).password().orElse(BrokerHarness.SECRET);
            assertThat(output.text())
                    .as("what was logged; in the tests of a broker the log goes to the console")
                    .contains(HEARD)
                    .doesNotContain(BrokerHarness.SECRET)
                    .doesNotContain(":" + own + "@");
        }
    }

    private static Stream<BrokerHarness.Refusal> attempts(Trial trial) {
        return Stream.concat(
                trial.harness().deadUrl().stream().map(url -> new BrokerHarness.Refusal("dead", url)),
                trial.harness().refusals().stream());
    }

    private static void connectsAgain(Trial trial, NetworkFaults network) {
        NetworkFaults.Link link = trial.ends(network.open());
        QueueSpec queue = trial.queue();
        Broker broker = trial.connect(Dial.to(link.url()).publishTimeout(Trial.SLACK));
        link.refuse();
        assertThat(catchThrowable(
                        () -> Stages.get(broker.publish(Messages.to(queue, List.of("lost"))), trial.patience())))
                .isInstanceOf(PublishException.class);
        link.restore();
        trial.await(
                "publishing to work again",
                () -> catchThrowable(
                                () -> Stages.get(broker.publish(Messages.to(queue, List.of("m"))), trial.patience()))
                        == null);
    }

    @Test
    @DisplayName("R12.4 names are validated before they become anything else")
    void namesAreValidated(Trial trial) {
        Lovage lovage = trial.lovage();
        for (String bad : List.of("", " ", "a b", "*", "#", "a.#", "a\nb", "\u0000", "-a", "x".repeat(181))) {
            assertThatThrownBy(() -> QueueSpec.of(bad)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Destination.queue(bad)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(
                            () -> lovage.send(Tasks.ECHO.with(Arguments.none()).queue(bad)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (String bad : List.of("", "a b", "#", "a\nb", "-a", "x".repeat(201))) {
            assertThatThrownBy(() -> Task.untyped(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
