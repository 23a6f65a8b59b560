package io.lovage.redis.pitfall;

import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A worker of the model in a process of its own, to be killed. Arguments: URL, key prefix, queue. */
final class KombuVictim {
    private KombuVictim() {}

    public static void main(String[] args) throws IOException {
        RedisClient client = RedisClient.create(args[0]);
        KombuWorker worker = new KombuWorker(
                "victim", client.connect().sync(), new KombuKeys(args[1], args[2]), Duration.ofHours(1), Instant::now);
        Lifeline.say(Lifeline.READY);
        Lifeline.awaitCommand();
        Lifeline.say(Lifeline.TAKING);
        Optional<KombuMessage> popped = Optional.empty();
        while (popped.isEmpty()) {
            popped = worker.pop();
        }
        Lifeline.say(Lifeline.TAKEN);
        worker.record(popped.get());
        Lifeline.awaitCommand();
    }
}
