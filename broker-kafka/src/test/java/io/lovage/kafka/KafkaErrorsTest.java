package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.AccessRefusedException;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.QueueNotFoundException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.IllegalSaslStateException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Over all that a broker can answer: a version of the clients that knows more of it asks for a look at this table. */
class KafkaErrorsTest {
    private static final Set<String> NOT_FOUND = Set.of("UNKNOWN_TOPIC_OR_PARTITION", "UNKNOWN_TOPIC_ID");
    private static final Set<String> REFUSED = Set.of(
            "TOPIC_AUTHORIZATION_FAILED",
            "GROUP_AUTHORIZATION_FAILED",
            "CLUSTER_AUTHORIZATION_FAILED",
            "TRANSACTIONAL_ID_AUTHORIZATION_FAILED",
            "DELEGATION_TOKEN_AUTHORIZATION_FAILED",
            "ILLEGAL_SASL_STATE",
            "SASL_AUTHENTICATION_FAILED",
            "UNSUPPORTED_SASL_MECHANISM");
    private static final Set<String> FINAL = Set.of(
            "INCONSISTENT_GROUP_PROTOCOL",
            "INVALID_CONFIG",
            "INVALID_GROUP_ID",
            "INVALID_PARTITIONS",
            "DELEGATION_TOKEN_REQUEST_NOT_ALLOWED",
            "INVALID_RECORD",
            "INVALID_REPLICATION_FACTOR",
            "INVALID_REPLICA_ASSIGNMENT",
            "INVALID_REQUEST",
            "INVALID_REQUIRED_ACKS",
            "INVALID_SESSION_TIMEOUT",
            "INVALID_TIMESTAMP",
            "INVALID_TOPIC_EXCEPTION",
            "MESSAGE_TOO_LARGE",
            "MISMATCHED_ENDPOINT_TYPE",
            "POLICY_VIOLATION",
            "RECORD_LIST_TOO_LARGE",
            "SECURITY_DISABLED",
            "TOPIC_ALREADY_EXISTS",
            "TOPIC_DELETION_DISABLED",
            "UNSUPPORTED_ASSIGNOR",
            "UNSUPPORTED_COMPRESSION_TYPE",
            "UNSUPPORTED_ENDPOINT_TYPE",
            "UNSUPPORTED_FOR_MESSAGE_FORMAT",
            "UNSUPPORTED_VERSION");

    private static Class<? extends BrokerException> expected(Errors error) {
        if (NOT_FOUND.contains(error.name())) {
            return QueueNotFoundException.class;
        }
        if (REFUSED.contains(error.name())) {
            return AccessRefusedException.class;
        }
        return FINAL.contains(error.name()) ? ConfigurationException.class : BrokerUnavailableException.class;
    }

    @ParameterizedTest
    @EnumSource(value = Errors.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("R1.3 of all answers of a broker only those are final that somebody must change something for")
    void whatABrokerAnswers(Errors error) {
        ApiException answer = error.exception();

        BrokerException told = KafkaErrors.doing("do it", new CompletionException(answer));

        assertThat(told).isExactlyInstanceOf(expected(error)).hasCause(answer).hasMessageStartingWith("cannot do it: ");
        assertThat(told.retryable()).isEqualTo(told instanceof BrokerUnavailableException);
    }

    @Test
    @DisplayName("what Kafka's own clients would repeat is retryable, but for a topic that is not there")
    void whatKafkaRepeatsIsRetryable() {
        assertThat(Stream.of(Errors.values())
                        .filter(error -> error.exception() instanceof RetriableException)
                        .filter(error -> !NOT_FOUND.contains(error.name())))
                .allSatisfy(error -> assertThat(expected(error)).isEqualTo(BrokerUnavailableException.class));
    }

    static Stream<Map.Entry<KafkaException, Class<? extends BrokerException>>> whatAClientFinds() {
        return Stream.of(
                Map.entry(new TimeoutException("a"), BrokerUnavailableException.class),
                Map.entry(DisconnectException.INSTANCE, BrokerUnavailableException.class),
                Map.entry(new InterruptException("c"), BrokerUnavailableException.class),
                Map.entry(new KafkaException("d"), BrokerUnavailableException.class),
                Map.entry(
                        new KafkaException(new ConfigException("no resolvable host")),
                        BrokerUnavailableException.class),
                Map.entry(new KafkaException(new ConfigException("f")), ConfigurationException.class),
                Map.entry(new ConfigException("g"), ConfigurationException.class),
                Map.entry(new SerializationException("h"), ConfigurationException.class),
                Map.entry(new SslAuthenticationException("i"), AccessRefusedException.class));
    }

    @ParameterizedTest
    @MethodSource
    void whatAClientFinds(Map.Entry<KafkaException, Class<? extends BrokerException>> row) {
        BrokerException told = KafkaErrors.doing("do it", row.getKey());

        assertThat(told).isExactlyInstanceOf(row.getValue());
    }

    @Test
    void whoLogsInWhereNobodyNeedsToIsToldWhatToDo() {
        assertThat(KafkaErrors.doing("connect", new IllegalSaslStateException("enabled mechanisms are []")))
                .hasMessage("cannot connect: enabled mechanisms are []; nobody needs to log in at this port: leave user"
                        + " and password out of the URL");
        assertThat(KafkaErrors.doing("connect", new UnsupportedSaslMechanismException("not PLAIN")))
                .hasMessageContaining("?sasl=");
    }
}
