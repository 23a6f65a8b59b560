package io.lovage.redis.pitfall;

import io.lovage.spi.Broker;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueSpec;
import java.io.IOException;
import java.util.List;

/** A worker with Lovage in a process of its own, to be killed. Arguments: URL, queue. */
final class LovageVictim {
    private LovageVictim() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        QueueSpec queue = QueueSpec.of(args[1]);
        StoryBroker lovage = new StoryBroker(args[0]);
        lovage.broker().declare(queue);
        Broker.Consumer consumer = lovage.consume(queue);
        Lifeline.say(Lifeline.READY);
        Lifeline.awaitCommand();
        Lifeline.say(Lifeline.TAKING);
        List<Delivery> taken = List.of();
        while (taken.isEmpty()) {
            taken = consumer.poll(1, StoryBroker.PATIENCE);
        }
        Lifeline.say(Lifeline.TAKEN);
        Lifeline.awaitCommand();
    }
}
