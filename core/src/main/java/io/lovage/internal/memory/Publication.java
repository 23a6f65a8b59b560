package io.lovage.internal.memory;

import io.lovage.spi.OutboundMessage;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.Settlement;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call that puts messages into a space. Used by one thread: put under the space's lock, then the replies handed
 * over without it.
 */
final class Publication {
    private final MemorySpace space;
    private final List<OutboundMessage> messages;
    private List<Runnable> replies = List.of();
    private List<String> refused = List.of();
    private String reason = "";
    /** The cause when a queue is not there, so that the sender declares it again. */
    private @Nullable QueueNotFoundException missing;

    Publication(MemorySpace space, List<OutboundMessage> messages) {
        this.space = space;
        this.messages = messages;
    }

    /** What must be held before the settlement may be applied (rule R3.8). */
    static Publication before(Settlement how, MemorySpace space) {
        return new Publication(
                space,
                how.fold(ack -> List.of(), ackAfter -> ackAfter.first(), release -> List.of(), dead -> List.of()));
    }

    /** Puts what can be put; the rest is refused, each for itself. */
    void putPossible() {
        for (OutboundMessage message : messages) {
            Optional<String> why = refusal(message);
            if (why.isEmpty()) {
                put(message);
            } else {
                refuse(message, why.get());
            }
        }
    }

    /** Puts all of them or none. */
    boolean putAllOrNone() {
        for (OutboundMessage message : messages) {
            refusal(message).ifPresent(why -> refuse(message, why));
        }
        if (refused.isEmpty()) {
            messages.forEach(this::put);
        }
        return refused.isEmpty();
    }

    private void put(OutboundMessage message) {
        message.to()
                .<Runnable>fold(
                        to -> () -> space.get(to.name()).put(message.message(), message.priority(), message.delay()),
                        to -> () -> later(() -> space.reply(to.address(), message.message())))
                .run();
    }

    private void later(Runnable reply) {
        if (replies.isEmpty()) {
            replies = new ArrayList<>();
        }
        replies.add(reply);
    }

    private Optional<String> refusal(OutboundMessage message) {
        long length = message.message().body().length();
        long largest = space.options.largestMessageBytes().orElse(Long.MAX_VALUE);
        if (length > largest) {
            return Optional.of("the body has " + length + " bytes and max_message is " + largest);
        }
        if (message.delay().compareTo(MemorySpace.LONGEST_DELAY) > 0) {
            return Optional.of(tooLong(message.delay()));
        }
        if (message.priority() > 0 && !space.options.priorities()) {
            // R6.1: refused rather than ignored
            return Optional.of("there are no priorities here; send with priority 0");
        }
        return message.to()
                .fold(
                        to -> space.find(to.name()) == null ? Optional.of(missing(to.name())) : Optional.empty(),
                        to -> message.delay().isZero() ? Optional.empty() : Optional.of("a reply cannot be delayed"));
    }

    /** Rule R1.8. */
    private String missing(String queue) {
        String why = "there is no queue '" + queue + "'; declare it first";
        missing = new QueueNotFoundException(why);
        return why;
    }

    static String tooLong(Duration delay) {
        return "a delay of " + UrlOptions.written(delay) + " is longer than the longest, "
                + UrlOptions.written(MemorySpace.LONGEST_DELAY);
    }

    private void refuse(OutboundMessage message, String why) {
        if (refused.isEmpty()) {
            refused = new ArrayList<>();
            reason = why;
        }
        refused.add(message.message().properties().correlationId().orElse("(no correlation id)"));
    }

    PublishException refuseAll(String why) {
        messages.forEach(message -> refuse(message, why));
        return new PublishException(reason, refused, false, missing);
    }

    Optional<PublishException> problem() {
        return refused.isEmpty()
                ? Optional.empty()
                : Optional.of(new PublishException(reason, refused, false, missing));
    }

    /** To be called without the lock: whoever hears a reply runs code of its own. */
    void deliverReplies() {
        replies.forEach(Runnable::run);
    }
}
