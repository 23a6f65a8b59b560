package io.lovage.rabbitmq;

import io.lovage.spi.BrokerAdmin;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.QueueStats;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/**
 * What can be asked over AMQP. It knows how many messages are ready; how many are in flight, and how many of those that
 * wait in the delay levels are for this queue, it does not tell (rule R9.1).
 */
final class RabbitAdmin implements BrokerAdmin {
    private final RabbitQueues queues;
    private final DeadLetterBox deadLetters;

    RabbitAdmin(RabbitQueues queues, DeadLetterBox deadLetters) {
        this.queues = queues;
        this.deadLetters = deadLetters;
    }

    @Override
    public QueueStats stats(QueueSpec queue) {
        return new QueueStats(
                OptionalLong.of(ready(queue.name())), OptionalLong.empty(), OptionalLong.empty(), dead(queue));
    }

    private long ready(String queue) {
        try (Scratch scratch = new Scratch(queues.wire())) {
            return scratch.channel().messageCount(queue);
        } catch (IOException e) {
            throw Refusals.doing("count the messages of queue '" + queue + "'", e);
        }
    }

    private OptionalLong dead(QueueSpec queue) {
        try {
            return OptionalLong.of(ready(queue.deadLetterQueue()));
        } catch (QueueNotFoundException e) {
            return OptionalLong.of(0);
        }
    }

    @Override
    public long purge(QueueSpec queue) {
        try (Scratch scratch = new Scratch(queues.wire())) {
            return scratch.channel().queuePurge(queue.name()).getMessageCount();
        } catch (IOException e) {
            throw Refusals.doing("purge queue '" + queue.name() + "'", e);
        }
    }

    @Override
    public void delete(QueueSpec queue) {
        queues.delete(queue);
    }

    @Override
    public List<DeadLetter> deadLetters(QueueSpec queue, int max) {
        return deadLetters.list(queue, max);
    }

    @Override
    public boolean resend(QueueSpec queue, String deadLetterId) {
        return deadLetters.resend(queue, deadLetterId);
    }

    @Override
    public boolean discard(QueueSpec queue, String deadLetterId) {
        return deadLetters.discard(queue, deadLetterId);
    }
}
