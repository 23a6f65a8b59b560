package io.lovage.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lovage.spi.AccessRefusedException;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.QueueMismatchException;
import io.lovage.spi.QueueNotFoundException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Tells in words of ours what the server or the network answered, and what to do about it. */
final class RedisErrors {
    /** With it and a key our scripts answer when the queue was never declared, or was deleted. */
    static final String NO_QUEUE = "NOQUEUE";

    /** What a script says of a key, a command or a channel that its user may not use; there is no code for it. */
    private static final String REFUSED_IN_SCRIPT = "user executing the script can't";

    private RedisErrors() {}

    /** Why something could not be done: {@code connect to redis://...}, {@code publish to queue 'x'}. */
    static BrokerException doing(String what, Throwable failure) {
        Optional<BrokerException> known = find(failure, BrokerException.class);
        if (known.isPresent()) {
            return known.get();
        }
        Optional<RedisCommandExecutionException> answer = find(failure, RedisCommandExecutionException.class);
        if (answer.isPresent()) {
            return answered(what, answer.get());
        }
        if (find(failure, SSLException.class).isPresent()) {
            return new ConfigurationException(
                    "cannot " + what + ", there is no trusted TLS connection: " + rootMessage(failure)
                            + "; name the server's CA with ?ca=<pem file> or ?truststore=<file>",
                    failure);
        }
        return new BrokerUnavailableException("cannot " + what + ": " + rootMessage(failure), failure);
    }

    private static BrokerException answered(String what, RedisCommandExecutionException failure) {
        String answer = text(failure);
        String code = answer.split(" ", 2)[0];
        String message = "Redis refuses to " + what + ": " + answer;
        return switch (code) {
            case NO_QUEUE -> new QueueNotFoundException("cannot " + what + ": " + noQueue(answer), failure);
            case "NOAUTH", "WRONGPASS", "NOPERM" -> new AccessRefusedException(message, failure);
            case "WRONGTYPE" ->
                new QueueMismatchException(
                        message + "; somebody else uses this key: take it away and the messages flow again, or give the"
                                + " queue another name, or use ?key_prefix=",
                        failure);
            case "CROSSSLOT", "MOVED", "ASK" ->
                new ConfigurationException(
                        message + "; this server is part of a cluster: use redis-cluster://", failure);
            case "OOM" ->
                new BrokerUnavailableException(message + "; raise maxmemory, or let workers empty the queues", failure);
            case "READONLY", "UNBLOCKED" ->
                new BrokerUnavailableException(message + "; it is a replica now, a primary is looked for", failure);
            case "LOADING", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY", "MISCONF", "NOREPLICAS" ->
                new BrokerUnavailableException(message, failure);
            default ->
                answer.contains("AUTH")
                                || answer.contains("invalid password")
                                || answer.contains("DB index")
                                || answer.contains(REFUSED_IN_SCRIPT)
                        ? new AccessRefusedException(message, failure)
                        : new RefusedException(message, failure);
        };
    }

    /** Our scripts name the key that is missing, and the key names the queue. */
    private static String noQueue(String answer) {
        return noQueueCalled(KeySpace.queueOf(answer));
    }

    static String noQueueCalled(String queue) {
        return "there is no queue '" + queue
                + "', it was never declared, or was deleted; declare it, or start a worker of it first";
    }

    /** An answer that no retry changes. */
    private static final class RefusedException extends BrokerException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message, Throwable cause) {
            super(message, cause);
        }

        @Override
        public boolean retryable() {
            return false;
        }
    }

    /**
     * Whether the server has answered, so that the connection works; otherwise nobody knows what became of a command.
     */
    static boolean isAnswer(Throwable failure) {
        return find(failure, RedisCommandExecutionException.class).isPresent();
    }

    /** Whether the answer says that another server is the one to ask now. */
    static boolean isOfOther(Throwable failure) {
        return find(failure, RedisCommandExecutionException.class)
                .map(RedisErrors::text)
                .filter(text -> text.startsWith("READONLY") || text.startsWith("MOVED") || text.startsWith("ASK "))
                .isPresent();
    }

    /** Whether a key holds something of another type than the command is for. */
    static boolean isWrongType(Throwable failure) {
        return find(failure, RedisCommandExecutionException.class)
                .map(RedisErrors::text)
                .filter(text -> text.startsWith("WRONGTYPE"))
                .isPresent();
    }

    static boolean isMissingPermission(Throwable failure) {
        return find(failure, RedisCommandExecutionException.class)
                .map(RedisErrors::text)
                .filter(text -> text.startsWith("NOPERM") || text.contains("unknown command"))
                .isPresent();
    }

    static <T extends Throwable> Optional<T> find(@Nullable Throwable failure, Class<T> type) {
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
        if (root instanceof TimeoutException) {
            return "no answer in time";
        }
        if (root instanceof ClosedChannelException) {
            return "the connection was closed";
        }
        return message == null || message.isBlank() ? root.getClass().getSimpleName() : message;
    }
}
