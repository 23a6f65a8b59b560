package io.lovage.benchmarks.work;

import io.lovage.benchmarks.bare.Handling;
import io.lovage.benchmarks.bare.QueueUnderTest;
import io.lovage.benchmarks.plan.Variant;
import java.io.IOException;

/**
 * One queue on the server under test, and who can work on it without Lovage. Used by one thread at a time.
 *
 * <p>{@link Variant#BARE} sends and takes calls, {@link Variant#CEILING} opaque bytes.
 */
public interface Stand extends AutoCloseable {
    QueueUnderTest queue();

    Sender sender(Variant variant) throws Exception;

    /** Calls {@code ledger} for each task that it runs. */
    Taker taker(Variant variant, Ledger ledger) throws Exception;

    /** Reads the number of a task from the bytes of a message, and tells the ledger. */
    Handling counting(Variant variant, Ledger ledger);

    /** Deletes the queue. */
    @Override
    void close() throws IOException;

    /** A queue of its own on the server. */
    static Stand open(Setup setup) throws Exception {
        return switch (setup.contender().broker()) {
            case MEMORY -> new MemoryStand(setup);
            case RABBITMQ -> new RabbitStand(setup);
            case REDIS -> new RedisStand(setup);
            case KAFKA -> new KafkaStand(setup);
        };
    }
}
