package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.spi.ConfigurationException;
import io.lovage.spi.ServiceUrl;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaOptionsTest {
    private static KafkaOptions of(String url) {
        return KafkaOptions.of(ServiceUrl.parse(url));
    }

    private static Map<String, Object> producer(String url) {
        return of(url).client().with("test", ProducerConfig.configNames(), Map.of());
    }

    @ParameterizedTest
    @CsvSource({
        "kafka://,                    localhost:9092",
        "kafka://one,                 one:9092",
        "kafka://one:1/,              one:1",
        "'kafka://one:1,two,[::1]:3', 'one:1,two:9092,[::1]:3'"
    })
    void hostsHaveKafkasPortByDefault(String url, String expected) {
        assertThat(of(url).client().hosts()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "kafka://h,       PLAINTEXT",
        "kafkas://h,      SSL",
        "kafka://u:p@h,   SASL_PLAINTEXT",
        "kafkas://u:p@h,  SASL_SSL"
    })
    void theSchemeMeansTlsAndAUserMeansSasl(String url, String protocol) {
        assertThat(producer(url)).containsEntry("security.protocol", protocol);
    }

    @Test
    void aPasswordIsQuotedForJaas() {
        assertThat(producer("kafka://me:a%22b%5Cc%3B@h"))
                .containsEntry("sasl.mechanism", "PLAIN")
                .containsEntry(
                        "sasl.jaas.config",
                        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"me\""
                                + " password=\"a\\\"b\\\\c;\";");
        assertThat(producer("kafka://me:p@h?sasl=scram-sha-512"))
                .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
                .hasEntrySatisfying(
                        "sasl.jaas.config", jaas -> assertThat((String) jaas).contains("ScramLoginModule"));
    }

    @Test
    void noTextHoldsThePassword() {
        KafkaOptions options = of("kafka://me:geheim@h?ssl.keystore.password=geheim&ssl.keystore.key=geheim");

        assertThat(options.toString()).doesNotContain("geheim");
    }

    @Test
    void settingsOfKafkasOwnGoToTheClientsThatKnowThem() {
        ClientSettings settings =
                of("kafka://h?compression.type=lz4&receive.buffer.bytes=7&batch.size=9&metadata.max.age.ms=1000")
                        .client();

        assertThat(settings.with("x", ProducerConfig.configNames(), Map.of()))
                .containsEntry("compression.type", "lz4")
                .containsEntry("metadata.max.age.ms", "1000")
                .containsEntry("batch.size", "9");
        assertThat(settings.with("x", AdminClientConfig.configNames(), Map.of()))
                .containsEntry("receive.buffer.bytes", "7")
                .doesNotContainKeys("compression.type", "batch.size");
    }

    @ParameterizedTest
    @CsvSource({
        "acks=1,                                     leave it out",
        "enable.idempotence=false,                   leave it out",
        "max.in.flight.requests.per.connection=9,    leave it out",
        "share.acknowledgement.mode=implicit,        leave it out",
        "allow.auto.create.topics=true,              declare queues",
        "group.id=mine,                              ?prefix=",
        "fetch.max.wait.ms=30000,                    ?batch=",
        "max.poll.records=7,                         ?batch=",
        "request.timeout.ms=1,                       ?heartbeat=",
        "max.request.size=1,                         ?largest_message=",
        "buffer.memory=1,                            ?publish_window=",
        "sasl.mechanism=PLAIN,                       ?sasl=",
        "security.protocol=SSL,                      the URL"
    })
    void whatTheGuaranteesRestOnIsRefusedWithItsValueAndWhatToDoInstead(String option, String instead) {
        assertThatThrownBy(() -> of("kafka://h?" + option))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(option + " cannot be set, since what this module guarantees rests on it")
                .hasMessageContaining(instead);
    }

    @Test
    void whatAClientCannotDoWithoutWinsOverWhatIsPassedOn() {
        ClientSettings settings = of("kafka://h?linger.ms=5&retry.backoff.ms=7&connections.max.idle.ms=9")
                .client();
        Map<String, Object> own = Map.of("linger.ms", 0, "retry.backoff.ms", 100, "connections.max.idle.ms", 8L);

        assertThat(settings.with("x", ProducerConfig.configNames(), own))
                .containsEntry("linger.ms", "5")
                .containsEntry("retry.backoff.ms", 100)
                .containsEntry("connections.max.idle.ms", 8L); // locks end with the connection
        assertThat(settings.with("x", ProducerConfig.configNames(), Map.of()))
                .containsEntry("connections.max.idle.ms", "9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto.offset.reset=latest", "isolation.level=read_committed", "session.timeout.ms=1"})
    void whatAShareGroupForbidsIsRefusedBeforeKafkaDoes(String option) {
        assertThatThrownBy(() -> of("kafka://h?" + option))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(option + " cannot be set: Kafka refuses it where a share group consumes; leave");
    }

    @Test
    void aValueThatKafkasClientsWouldRefuseIsRefusedBeforeTheyAreMade() {
        assertThatThrownBy(() -> of("kafka://h?metadata.max.age.ms=abc&compression.type=rar&linger.ms=1001"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("metadata.max.age.ms=abc is not allowed by Kafka's clients: Invalid value abc")
                .hasMessageContaining("compression.type=rar is not allowed by Kafka's clients: Invalid value rar")
                .hasMessageContaining("linger.ms=1001 is not allowed")
                .hasMessageContaining("; correct it or leave it out");
    }

    @Test
    void whatMayBeASecretIsNotShown() {
        assertThatThrownBy(() -> of("kafka://h?sasl.jaas.config=geheim"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("sasl.jaas.config=*** cannot be set")
                .hasMessageNotContaining("geheim");
    }

    @Test
    void everythingThatIsWrongIsToldAtOnce() {
        assertThatThrownBy(() -> of("kafka://h/path?partitions=0&no.such.thing=1&unknown=2&prefix=__x&ca=/nowhere"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("has no path")
                .hasMessageContaining("partitions=0 is not allowed; allowed: a whole number from 1 to 1000")
                .hasMessageContaining("no.such.thing is not a setting of Kafka's clients")
                .hasMessageContaining("unknown is not known")
                .hasMessageContaining("prefix=__x is not allowed")
                .hasMessageContaining("ca needs TLS, that is kafkas://");
    }

    @Test
    void aFileThatCannotBeReadIsToldAtOnce() {
        assertThatThrownBy(() -> of("kafkas://h?ca=/nowhere.pem"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("ca=/nowhere.pem is not allowed; allowed: a file that can be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kafka://a:b:c", "kafka://h:0", "kafka://h:70000", "kafka://a,,b", "kafka://::1"})
    void whatIsNoHostIsRefused(String url) {
        assertThatThrownBy(() -> of(url))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is not host or host:port");
    }

    @Test
    void onHowManyBrokersTopicsLieIsTheirsUnlessItIsSaid() {
        assertThat(of("kafka://h").topics().replication()).isEmpty();
        assertThat(of("kafka://h?replication=3").topics().replication()).contains((short) 3);
        assertThatThrownBy(() -> of("kafka://h?replication=-1"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("replication");
    }
}
