package io.lovage.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import io.lovage.spi.AccessRefusedException;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.QueueMismatchException;
import io.lovage.spi.QueueNotFoundException;
import java.net.UnknownHostException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What the server's refusals and the client's exceptions mean to whoever uses Lovage. */
final class Refusals {
    private Refusals() {}

    /** Why a connection could not be made (rules R10.2 and R10.4). The message holds the masked URL only. */
    static BrokerException connecting(Endpoint endpoint, Throwable failure) {
        if (failure instanceof AuthenticationFailureException
                || failure instanceof PossibleAuthenticationFailureException) {
            return new AccessRefusedException(
                    "RabbitMQ at " + endpoint + " refuses user '" + endpoint.user()
                            + "' or the password; note that 'guest' may log in from localhost only",
                    failure);
        }
        Optional<Close> close = close(failure);
        if (close.isPresent() && close.get().code() == AMQP.NOT_ALLOWED) {
            return new AccessRefusedException(
                    "RabbitMQ at " + endpoint + " refuses virtual host '" + endpoint.virtualHost() + "' to user '"
                            + endpoint.user() + "': " + close.get().text(),
                    failure);
        }
        if (close.isPresent() && close.get().code() == AMQP.ACCESS_REFUSED) {
            return new AccessRefusedException(
                    "RabbitMQ at " + endpoint + " refuses: " + close.get().text(), failure);
        }
        if (find(failure, SSLException.class).isPresent()) {
            return new ConfigurationException(
                    "no trusted TLS connection to RabbitMQ at " + endpoint + ": " + rootMessage(failure)
                            + "; name the server's CA with ?ca=<pem file> or ?truststore=<file>",
                    failure);
        }
        return new BrokerUnavailableException(
                "cannot reach RabbitMQ at " + endpoint + ": " + rootMessage(failure), failure);
    }

    /** Why something could not be done on a connection. */
    static BrokerException doing(String what, Throwable failure) {
        if (failure instanceof BrokerException known) {
            return known;
        }
        Close close = close(failure).orElse(null);
        if (close == null || close.ofConnection()) {
            return new BrokerUnavailableException("cannot " + what + ": " + rootMessage(failure), failure);
        }
        String message = "cannot " + what + ": " + close.text();
        return switch (close.code()) {
            case AMQP.ACCESS_REFUSED -> new AccessRefusedException(message, failure);
            case AMQP.NOT_FOUND ->
                close.isTransient()
                        ? new BrokerUnavailableException(message, failure)
                        : new QueueNotFoundException(message, failure);
            case AMQP.RESOURCE_LOCKED, AMQP.PRECONDITION_FAILED -> new QueueMismatchException(message, failure);
            default -> new BrokerUnavailableException(message, failure);
        };
    }

    /** What the server said when it closed a channel or a connection. */
    record Close(int code, String text, boolean ofConnection) {
        /** A durable classic queue on a node that is down answers "not found"; it is only away. */
        boolean isTransient() {
            return code == AMQP.NOT_FOUND && text.contains("down or inaccessible");
        }

        /** A delivery was held for longer than the server's {@code consumer_timeout}. */
        boolean isConsumerTimeout() {
            return code == AMQP.PRECONDITION_FAILED && text.contains("timed out");
        }
    }

    static Optional<Close> close(@Nullable Throwable failure) {
        Method reason = find(failure, ShutdownSignalException.class)
                .map(ShutdownSignalException::getReason)
                .orElse(null);
        if (reason instanceof AMQP.Channel.Close channel) {
            return Optional.of(new Close(channel.getReplyCode(), channel.getReplyText(), false));
        }
        if (reason instanceof AMQP.Connection.Close connection) {
            return Optional.of(new Close(connection.getReplyCode(), connection.getReplyText(), true));
        }
        return Optional.empty();
    }

    private static <T extends Throwable> Optional<T> find(@Nullable Throwable failure, Class<T> type) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return Optional.of(type.cast(t));
            }
        }
        return Optional.empty();
    }

    /** The exception's own message; its kind where it has none. */
    static String text(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    /** The innermost message says what happened; the wrappers of the client mostly say nothing. */
    static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage();
        if (root instanceof UnknownHostException) {
            return "unknown host " + message;
        }
        return message == null || message.isBlank() ? root.getClass().getSimpleName() : message;
    }
}
