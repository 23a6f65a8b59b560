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
import org.jspecify.annotations.Nullable;

/** Judges messages before anything of them is sent, and writes their records. Immutable. */
record Outgoing(TopicOptions options, DelayRoute delays) {
    private static final int AROUND_THE_BODY = 1_024;

    /**
     * What is to be sent; written when its turn comes, so that the first of many travel while the others are written.
     */
    interface Draft {
        /** The topic of its queue; another one than {@link #topic} while it is delayed. */
        String target();

        /** Where it is written. */
        String topic();

        /** About how many bytes it has. */
        int bytes();

        /**
         * Writes it.
         *
         * @throws ConfigurationException when it has become larger than what is taken
         */
        Written write();
    }

    private record Unwritten(
            OutboundMessage message, String queue, String target, Optional<DelayStep> delay, int largest)
            implements Draft {
        @Override
        public String topic() {
            return delay.isPresent() ? delay.get().topic() : target;
        }

        @Override
        public int bytes() {
            int bytes = AROUND_THE_BODY + message.message().body().length() / 3 * 4;
            for (Object header : message.message().headers().values()) {
                bytes += header instanceof String text ? text.length() : 0;
            }
            return bytes;
        }

        @Override
        public Written write() {
            byte[] envelope = envelope(queue, message.message());
            if (envelope.length > largest) {
                throw new ConfigurationException("a message has " + envelope.length
                        + " bytes with its headers, the most that is taken is " + largest + " (?largest_message=)");
            }
            return new Written(
                    target, topic(), null, delay.map(DelayStep::headers).orElse(Map.of()), envelope);
        }
    }

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
            String target, String topic, byte @Nullable [] key, Map<String, byte[]> headers, byte @Nullable [] value)
            implements Draft {
        static Written to(String topic, byte[] value) {
            return new Written(topic, topic, null, Map.of(), value);
        }

        @Override
        public int bytes() {
            return value == null ? 0 : value.length;
        }

        @Override
        public Written write() {
            return this;
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
    Draft draft(OutboundMessage message) {
        String queue = message.to().fold(Destination.Queue::name, Destination.Reply::address);
        String target = options.names().topic(queue);
        Optional<DelayStep> delay =
                message.delay().isZero() ? Optional.empty() : Optional.of(delays.first(target, message.delay()));
        return new Unwritten(message, queue, target, delay, options.largestRecord());
    }

    static byte[] envelope(String queue, Message message) {
        return Envelope.write(message, queue, 0);
    }
}
