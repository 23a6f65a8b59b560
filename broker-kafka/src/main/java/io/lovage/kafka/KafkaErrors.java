package io.lovage.kafka;

import io.lovage.spi.AccessRefusedException;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.QueueNotFoundException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.IllegalSaslStateException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidGroupIdException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicaAssignmentException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.InvalidSessionTimeoutException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.MismatchedEndpointTypeException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicDeletionDisabledException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedAssignorException;
import org.apache.kafka.common.errors.UnsupportedByAuthenticationException;
import org.apache.kafka.common.errors.UnsupportedCompressionTypeException;
import org.apache.kafka.common.errors.UnsupportedEndpointTypeException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;

/**
 * What goes wrong at Kafka, in the words of the SPI: by what the caller can do about it. Only what somebody must change
 * is told as final; whatever else may pass by itself, also what Kafka's own clients do not repeat: a coordinator that
 * moves, a state that is fenced, a number that is out of order after the leader has changed.
 *
 * <p>A refused password is final, too, though brokers that are being set up may refuse one for a moment: a program that
 * starts must say so at once, and a consumer that runs is replaced by whoever polls it.
 */
final class KafkaErrors {
    /** What no repetition heals, beside what may not be and what is not there. */
    private static final List<Class<? extends KafkaException>> FINAL = List.of(
            InvalidConfigurationException.class, // and its kinds: versions, names of topics, replication factors
            InconsistentGroupProtocolException.class,
            InvalidGroupIdException.class,
            InvalidPartitionsException.class,
            InvalidReplicaAssignmentException.class,
            InvalidRecordException.class,
            InvalidRequestException.class,
            InvalidSessionTimeoutException.class,
            InvalidTimestampException.class,
            MismatchedEndpointTypeException.class,
            PolicyViolationException.class,
            RecordTooLargeException.class,
            SecurityDisabledException.class,
            SerializationException.class,
            TopicDeletionDisabledException.class,
            TopicExistsException.class,
            UnsupportedAssignorException.class,
            UnsupportedByAuthenticationException.class,
            UnsupportedCompressionTypeException.class,
            UnsupportedEndpointTypeException.class);

    /** What the client says when it has found no broker to ask. */
    private static final String NOBODY = "waiting for a node assignment";

    private KafkaErrors() {}

    /** The one that tells, without the futures it came through. */
    static Throwable root(Throwable failure) {
        Throwable root = failure;
        while ((root instanceof ExecutionException || root instanceof CompletionException) && root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /** {@code doing} completes "cannot ...". */
    static BrokerException doing(String doing, Throwable failure) {
        Throwable root = root(failure);
        if (root instanceof BrokerException known) {
            return known;
        }
        String text = "cannot " + doing + ": " + text(root);
        if (root instanceof SslAuthenticationException) {
            return new AccessRefusedException(
                    text + "; is the server's certificate to be trusted by ?ca= or ?truststore=?", root);
        }
        if (root instanceof IllegalSaslStateException) {
            return new AccessRefusedException(
                    text + "; nobody needs to log in at this port: leave user and password out of the URL", root);
        }
        if (root instanceof UnsupportedSaslMechanismException) {
            return new AccessRefusedException(text + "; choose another one with ?sasl=", root);
        }
        if (root instanceof AuthenticationException || root instanceof AuthorizationException) {
            return new AccessRefusedException(text, root);
        }
        if (root instanceof UnknownTopicOrPartitionException || root instanceof UnknownTopicIdException) {
            return new QueueNotFoundException(text, root);
        }
        if (isRefusedSetting(root) || FINAL.stream().anyMatch(kind -> kind.isInstance(root))) {
            return new ConfigurationException(text, root);
        }
        return new BrokerUnavailableException(text, root);
    }

    /** A client that cannot be made; names that nobody resolves are told so, too, and may heal. */
    private static boolean isRefusedSetting(Throwable root) {
        Throwable cause = root.getCause() instanceof ConfigException refusal ? refusal : root;
        return cause instanceof ConfigException && !text(cause).contains("resolv");
    }

    static String text(Throwable failure) {
        String message = failure.getMessage();
        if (message != null && message.contains(NOBODY)) {
            return "no broker answers";
        }
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }
}
