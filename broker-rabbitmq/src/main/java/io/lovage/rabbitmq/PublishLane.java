package io.lovage.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmListener;
import com.rabbitmq.client.Return;
import io.lovage.rabbitmq.Publication.Failure;
import io.lovage.spi.AccessRefusedException;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.TimeSource;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel in confirm mode, and what is unconfirmed on it. One thread at a time writes; what comes back comes on the
 * connection's thread, which takes no lock.
 */
final class PublishLane {
    private static final Logger log = LoggerFactory.getLogger(PublishLane.class);
    private static final long LONGEST_WRITE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Pattern LARGEST_MESSAGE = Pattern.compile("max size (\\d{1,18})");
    private static final Failure REFUSED =
            new Failure("RabbitMQ refused it (nack): the queue is full or has no leader", true, null);

    private final Wire wire;
    private final Channel channel;
    private final ConfirmWindow window;
    private final DelayLevels delays;
    private final TimeSource time;
    /** Since when the writer is inside the client library; 0 when it is not. */
    private volatile long writingSince;
    /** When the publication that is being written must be confirmed. */
    private volatile long writingUntil;

    private PublishLane(Wire wire, Channel channel, ConfirmWindow window, DelayLevels delays, TimeSource time) {
        this.wire = wire;
        this.channel = channel;
        this.window = window;
        this.delays = delays;
        this.time = time;
    }

    static PublishLane open(Wire wire, ConfirmWindow window, DelayLevels delays, TimeSource time) throws IOException {
        Channel channel = wire.connection().createChannel();
        if (channel == null) {
            throw new BrokerUnavailableException("RabbitMQ allows no more channels on this connection");
        }
        PublishLane made = new PublishLane(wire, channel, window, delays, time);
        channel.addConfirmListener(confirms(window));
        channel.addReturnListener(made::returned);
        channel.addShutdownListener(made::closed);
        channel.confirmSelect();
        return made;
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    ConfirmWindow window() {
        return window;
    }

    Wire wire() {
        return wire;
    }

    /**
     * How long until the write that is under way counts as hanging: the time of its publication is up then, and it has
     * lasted longer than any write to a peer that reads. Empty when nothing is being written.
     */
    OptionalLong nanosUntilHanging(long nowNanos) {
        long since = writingSince;
        return since == 0
                ? OptionalLong.empty()
                : OptionalLong.of(
                        Math.max(0, Math.max(since + LONGEST_WRITE_NANOS - nowNanos, writingUntil - nowNanos)));
    }

    /** False when the message was refused or its connection failed; it is then failed, or will be with its channel. */
    boolean write(Publication publication, int index) {
        OutboundMessage message = publication.messages().get(index);
        Route route = Route.of(message);
        writingUntil = publication.deadlineNanos();
        writingSince = time.nanoTime() | 1;
        try {
            channel.basicPublish(
                    route.exchange(),
                    route.routingKey(),
                    route.mandatory(),
                    Amqp.properties(message),
                    message.message().body().toArray());
            window.written();
            return true;
        } catch (IllegalArgumentException e) {
            // A header that AMQP cannot carry, or too many of them: nothing was written.
            String reason = "message " + Publication.id(message) + ": " + e.getMessage();
            if (window.takeBack() && publication.failed(index, new Failure(reason, false, e))) {
                publication.complete();
            }
            return false;
        } catch (IOException | RuntimeException e) {
            window.written();
            abandon(e);
            return false;
        } finally {
            writingSince = 0;
        }
    }

    /** How much of the message was written is not known: the channel is of no use any more. */
    private void abandon(Exception cause) {
        closed(cause);
        try {
            channel.abort();
        } catch (IOException e) {
            log.debug("the channel was closed already", e);
        }
    }

    /**
     * Rule R1.8. The cause tells whoever declared the queue that it is gone; a level's loss is mended at the next use.
     */
    private void returned(Return returned) {
        String key = returned.getRoutingKey();
        if (!returned.getExchange().isEmpty()) {
            delays.forget();
        }
        String reason = "no queue takes messages for '"
                + DelayLevels.queueOf(key).orElse(key) + "' (" + returned.getReplyText() + ")";
        window.returned(
                key,
                returned.getProperties().getCorrelationId(),
                new Failure(reason, false, new QueueNotFoundException(reason)));
    }

    private static ConfirmListener confirms(ConfirmWindow window) {
        return new ConfirmListener() {
            @Override
            public void handleAck(long sequence, boolean multiple) {
                window.answered(sequence, multiple, null);
            }

            @Override
            public void handleNack(long sequence, boolean multiple) {
                window.answered(sequence, multiple, REFUSED);
            }
        };
    }

    /** The channel is gone: what was not confirmed on it may or may not have arrived. */
    private void closed(Exception cause) {
        BrokerException reason = Refusals.doing("publish", cause);
        if (reason instanceof QueueNotFoundException) {
            // Not a queue: publishing fails so only when an exchange of the delay levels was removed.
            delays.forget();
        }
        long largest = largestMessage(Refusals.text(reason));
        window.failAll(message -> new Failure(
                Refusals.text(reason),
                !(reason instanceof AccessRefusedException)
                        && message.message().body().length() <= largest,
                reason instanceof AccessRefusedException ? reason : cause));
    }

    private static long largestMessage(String reason) {
        Matcher matcher = LARGEST_MESSAGE.matcher(reason);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : Long.MAX_VALUE;
    }
}
