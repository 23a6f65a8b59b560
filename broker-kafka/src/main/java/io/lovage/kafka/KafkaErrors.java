package io.lovage.kafka;

import io.lovage.spi.AccessRefusedException;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.QueueNotFoundException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What goes wrong at Kafka, in the words of the SPI: by what the caller can do about it. */
final class KafkaErrors {
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
        if (root instanceof AuthenticationException || root instanceof AuthorizationException) {
            return new AccessRefusedException(text, root);
        }
        if (root instanceof UnknownTopicOrPartitionException || root instanceof UnknownTopicIdException) {
            return new QueueNotFoundException(text, root);
        }
        if (isRefusedSetting(root)) {
            return new ConfigurationException(text, root);
        }
        if (root instanceof ApiException
                && !(root instanceof RetriableException)
                && !(root instanceof InterruptException)) {
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
