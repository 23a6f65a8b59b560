package io.lovage.kafka;

import io.lovage.envelope.Envelope;
import io.lovage.kafka.KafkaOptions.TopicOptions;
import io.lovage.spi.BrokerException;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.Destination;
import io.lovage.spi.Message;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.UrlOptions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Judges messages before anything of them is sent, and writes their records. Immutable. */
record Outgoing(TopicOptions options, DelayRoute delays) {
    /**
     * A message as it is written.
     *
     * @param target the topic of its queue; another one than {@code topic} while it is delayed
     * @param topic where it is written
     * @param key names it where only the last of a key is kept
     * @param headers of the record
     * @param value the envelope; nobody changes it. Null where it removes what had the key
     */
    @SuppressWarnings("ArrayRecordComponent") // handed to the client without a copy; never compared
    record Written(
            String target, String topic, byte @Nullable [] key, Map<String, byte[]> headers, byte @Nullable [] value) {
        static Written to(String topic, byte[] value) {
            return new Written(topic, topic, null, Map.of(), value);
        }

        int bytes() {
            return value == null ? 0 : value.length;
        }

        /** The topics that must exist for it. */
        Set<String> topics() {
            Set<String> both = new TreeSet<>();
            both.add(target);
            both.add(topic);
            return both;
        }
    }

    /** Why it cannot be published; empty when it can. */
    Optional<BrokerException> refusal(OutboundMessage message) {
        int length = message.message().body().length();
        if (length > options.largestMessage()) {
            return refused("the body has " + length + " bytes, the largest that is taken " + options.largestMessage()
                    + " (?largest_message=)");
        }
        if (message.to() instanceof Destination.Reply) {
            return refused("a reply over Kafka is sent by the result backend rpc://, not by publishing it");
        }
        if (message.priority() != 0) {
            return refused("priority " + message.priority() + " is not possible: queues on Kafka have no priorities");
        }
        if (!message.delay().isZero() && delays.longest().isZero()) {
            return refused("this broker has no delays; publish without one");
        }
        if (message.delay().compareTo(delays.longest()) > 0) {
            return refused("a delay of " + UrlOptions.written(message.delay()) + " is too long, the longest is "
                    + UrlOptions.written(delays.longest()));
        }
        return Optional.empty();
    }

    private static Optional<BrokerException> refused(String why) {
        return Optional.of(new ConfigurationException(why));
    }

    /** Of one that is not refused. */
    Written write(OutboundMessage message) {
        String queue = message.to().fold(Destination.Queue::name, Destination.Reply::address);
        String target = options.names().topic(queue);
        byte[] value = envelope(queue, message.message());
        if (message.delay().isZero()) {
            return Written.to(target, value);
        }
        DelayStep step = delays.first(target, message.delay());
        return new Written(target, step.topic(), null, step.headers(), value);
    }

    static byte[] envelope(String queue, Message message) {
        return Envelope.write(message, queue, 0);
    }
}
