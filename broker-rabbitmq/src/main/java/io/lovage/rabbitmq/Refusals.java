package io.lovage.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.MalformedFrameException;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import io.lovage.spi.AccessRefusedException;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.QueueMismatchException;
import io.lovage.spi.QueueNotFoundException;
import java.io.EOFException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What the server's refusals and the client's exceptions mean to whoever uses Lovage. */
final class Refusals {
    private Refusals() {}

    /**
     * Why a connection could not be made (rules R10.2 and R10.4). The message holds the masked URL only.
     *
     * @param taken how long it took to fail
     */
    static BrokerException connecting(Endpoint endpoint, Throwable failure, Duration taken) {
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
        Optional<SSLException> tls = find(failure, SSLException.class);
        if (tls.isPresent()) {
            String remedy = isNoTls(tls.get())
                    ? "the port may not speak TLS (amqp:// is without, and RabbitMQ's port with TLS is mostly 5671)"
                    : "name the server's CA with ?ca=<pem file> or ?truststore=<file>";
            return new ConfigurationException(
                    "no trusted TLS connection to RabbitMQ at " + endpoint + ": " + remedy + ": "
                            + rootMessage(failure),
                    failure);
        }
        return new BrokerUnavailableException(
                "cannot reach RabbitMQ at " + endpoint + ": " + noConnection(failure, taken), failure);
    }

    private static boolean isNoTls(SSLException failure) {
        return text(failure).contains("unrecognized SSL message")
                || find(failure, EOFException.class).isPresent();
    }

    /** What the client says only in its own terms. */
    private static String noConnection(Throwable failure, Duration taken) {
        if (find(failure, TimeoutException.class).isPresent()
                || find(failure, SocketTimeoutException.class).isPresent()) {
            return noAnswer(taken);
        }
        if (find(failure, MalformedFrameException.class).isPresent()) {
            return "what answers there does not speak AMQP 0-9-1; is it another server's port, or one with TLS (amqps://)?";
        }
        return find(failure, EOFException.class).isPresent()
                ? "the connection was closed before RabbitMQ had answered; is it another server's port, or a proxy's?"
                : rootMessage(failure);
    }

    /** In seconds; below two of them in milliseconds. */
    static String noAnswer(Duration limit) {
        long seconds = Math.round(limit.toMillis() / 1_000.0);
        return "no answer within " + (seconds < 2 ? limit.toMillis() + " ms" : seconds + " s");
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
        if (close.isTransient()) {
            return new BrokerUnavailableException(message, failure);
        }
        return switch (close.code()) {
            case AMQP.ACCESS_REFUSED -> new AccessRefusedException(message, failure);
            case AMQP.NOT_FOUND -> new QueueNotFoundException(message, failure);
            case AMQP.RESOURCE_LOCKED, AMQP.PRECONDITION_FAILED -> new QueueMismatchException(message, failure);
            default -> new BrokerUnavailableException(message, failure);
        };
    }

    /** What the server said when it closed a channel or a connection. */
    record Close(int code, String text, boolean ofConnection) {
        /**
         * A durable classic queue on a node that is down answers "not found"; it is only away. And the end of a channel
         * whose deliveries were held for too long says nothing about what is asked of it in that moment.
         */
        boolean isTransient() {
            return isConsumerTimeout() || (code == AMQP.NOT_FOUND && text.contains("down or inaccessible"));
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
