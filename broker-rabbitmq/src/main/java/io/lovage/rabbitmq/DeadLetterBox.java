package io.lovage.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.Destination;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.Message;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The dead-letter queues. AMQP cannot look into a queue: messages are taken, looked at, and given back. For that moment
 * somebody else does not see them. Thread-safe.
 */
final class DeadLetterBox {
    /**
     * From 4.0 on a queue drops what was given back too often, also one that somebody else declared without lifting
     * that limit; before that a letter is replaced by a copy, which says the same but lies at the end of the queue.
     */
    private static final int LOOKS_PER_COPY = 10;

    private final RabbitQueues queues;
    private final Publisher publisher;

    DeadLetterBox(RabbitQueues queues, Publisher publisher) {
        this.queues = queues;
        this.publisher = publisher;
    }

    List<DeadLetter> list(QueueSpec queue, int max) {
        List<DeadLetter> found = new ArrayList<>();
        walk(queue, (channel, taken) -> {
            Obituary obituary = Obituary.of(taken);
            if (obituary.isOf(queue) && found.size() < max) {
                found.add(obituary.letter());
            }
            return found.size() >= max;
        });
        return found;
    }

    boolean resend(QueueSpec queue, String id) {
        return takeOut(queue, id, taken -> {
            Message again = Obituary.of(taken).letter().message().withoutHeader(LovageHeaders.DELIVERY_COUNT);
            publish(queue.name(), again, taken);
        });
    }

    boolean discard(QueueSpec queue, String id) {
        return takeOut(queue, id, taken -> {});
    }

    /** What is done with one letter before it is removed. */
    @FunctionalInterface
    private interface Before {
        void removing(GetResponse taken);
    }

    private boolean takeOut(QueueSpec queue, String id, Before before) {
        boolean[] done = new boolean[1];
        walk(queue, (channel, taken) -> {
            Obituary obituary = Obituary.of(taken);
            if (!obituary.isOf(queue) || !obituary.letter().id().equals(id)) {
                return false;
            }
            before.removing(taken);
            channel.basicAck(taken.getEnvelope().getDeliveryTag(), false);
            done[0] = true;
            return true;
        });
        return done[0];
    }

    /** Looks at one letter; true ends the walk. */
    @FunctionalInterface
    private interface Visitor {
        boolean visit(Channel channel, GetResponse taken) throws IOException;
    }

    /** Visits the letters from the oldest on; all that the visitor did not acknowledge go back. */
    private void walk(QueueSpec queue, Visitor visitor) {
        String name = queue.deadLetterQueue();
        try (Scratch scratch = new Scratch(queues.wire())) {
            QueueProbe probe = new QueueProbe(scratch);
            if (!probe.exists(name)) {
                scratch.channel().queueDeclarePassive(queue.name());
                return;
            }
            Channel channel = scratch.channel();
            long last = 0;
            boolean ended = false;
            // Until none is left, not as many as are counted: the count of a quorum queue is a little late.
            for (GetResponse taken = channel.basicGet(name, false);
                    taken != null;
                    taken = ended ? null : channel.basicGet(name, false)) {
                last = taken.getEnvelope().getDeliveryTag();
                ended = visitor.visit(channel, taken);
                if (!ended && isWornOut(taken)) {
                    publish(name, Obituary.of(taken).copy(), taken);
                    channel.basicAck(last, false);
                }
            }
            giveBack(channel, last);
        } catch (IOException e) {
            throw Refusals.doing("look into queue '" + name + "'", e);
        }
    }

    /** Waits for the answer to a question, so that what was given back is back before the channel is closed. */
    private static void giveBack(Channel channel, long last) throws IOException {
        if (last > 0) {
            channel.basicNack(0, true, true);
            channel.basicQos(0);
        }
    }

    private boolean isWornOut(GetResponse taken) {
        return queues.server().limitsDeliveriesByDefault()
                && Amqp.countByServer(taken.getProps()).orElse(0) >= LOOKS_PER_COPY;
    }

    private void publish(String queue, Message message, GetResponse original) {
        try {
            publisher.publishAndWait(List.of(new OutboundMessage(
                    Destination.queue(queue), message, Duration.ZERO, Amqp.priority(original.getProps()))));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailableException("interrupted while sending a dead letter again", e);
        }
    }
}
