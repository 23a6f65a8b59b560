package io.lovage.rabbitmq;

import com.rabbitmq.client.BuiltinExchangeType;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.QueueSpec;
import java.io.IOException;
import java.util.Map;

/*
 * Where delayed messages go whose queue was deleted while they waited. They must have a way: the levels dead-letter at
 * least once, so a message without one would be tried again for ever, and hold up every other delay behind it.
 *
 *   celery_delayed_delivery -> lovage_delayed_orphans -> the queue's dead-letter queue
 *                                                     -> lovage_delayed_homeless, when there is no other way
 *
 * The last arrow is the alternate exchange of the orphans. So whoever deletes the dead-letter queue as well, and by
 * whatever means, takes the binding away with it and leaves no delayed message without a way.
 *
 * So every name of a queue that was deleted leaves one binding, until a queue of this name is made again. It cannot be
 * removed with certainty: nobody can ask over AMQP for whom the messages in the levels are, counting them misses those that
 * are between two levels or just being sent, and one message without a way holds up everybody. A binding costs the server
 * some hundred bytes.
 *
 * Invariant: at every moment a delayed message has at least one way. Each step adds the new way before it takes the old
 * one; a message that comes in between goes both, a duplicate and never a loss.
 */
final class DelayDiversions {
    /** Its letters are found as those of a queue whose dead-letter queue it is. */
    static final String HOMELESS = "lovage_delayed_homeless";

    private static final String ORPHANS = "lovage_delayed_orphans";

    private final Scratch scratch;

    DelayDiversions(Scratch scratch) {
        this.scratch = scratch;
    }

    /** Nothing needs a way before anything was ever delayed on this server. */
    boolean areNeeded() throws IOException {
        return exists(DelayLevels.DELIVERY);
    }

    /**
     * Before the queue is deleted.
     *
     * @param toDeadLetters whether its dead-letter queue exists
     */
    void begin(QueueSpec queue, boolean toDeadLetters) throws IOException {
        String key = DelayLevels.bindingKey(queue.name());
        scratch.channel().exchangeDeclare(HOMELESS, BuiltinExchangeType.FANOUT, true);
        scratch.channel().queueBind(HOMELESS, HOMELESS, "");
        scratch.channel()
                .exchangeDeclare(
                        ORPHANS, BuiltinExchangeType.TOPIC, true, false, Map.of("alternate-exchange", HOMELESS));
        if (toDeadLetters) {
            scratch.channel().queueBind(queue.deadLetterQueue(), ORPHANS, key);
        }
        scratch.channel().exchangeBind(ORPHANS, DelayLevels.DELIVERY, key);
    }

    /** After the queue was made, perhaps again: what is delayed for it goes to it. */
    void end(QueueSpec queue) throws IOException {
        String key = DelayLevels.bindingKey(queue.name());
        scratch.channel().queueBind(queue.name(), DelayLevels.DELIVERY, key);
        if (exists(ORPHANS)) {
            scratch.channel().exchangeUnbind(ORPHANS, DelayLevels.DELIVERY, key);
            scratch.channel().queueUnbind(queue.deadLetterQueue(), ORPHANS, key);
        }
    }

    private boolean exists(String exchange) throws IOException {
        try {
            scratch.channel().exchangeDeclarePassive(exchange);
            return true;
        } catch (IOException e) {
            if (Refusals.doing("look for exchange '" + exchange + "'", e) instanceof QueueNotFoundException) {
                return false;
            }
            throw e;
        }
    }
}
