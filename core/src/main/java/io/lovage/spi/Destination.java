package io.lovage.spi;

import java.util.function.Function;

/** Where a message goes: a queue, or the reply address that a client put into its message. */
public sealed interface Destination {
    /** A task queue. */
    record Queue(String name) implements Destination {
        public Queue {
            QueueName.check(name);
        }
    }

    /**
     * A client's reply address, as it came in {@code reply_to}. A reply that nobody can receive any more counts as
     * delivered (rule R11.7).
     */
    record Reply(String address) implements Destination {}

    static Destination queue(String name) {
        return new Queue(name);
    }

    static Destination reply(String address) {
        return new Reply(address);
    }

    /** Handles both kinds in one place. */
    default <T> T fold(Function<Queue, T> queue, Function<Reply, T> reply) {
        return this instanceof Queue q ? queue.apply(q) : reply.apply((Reply) this);
    }
}
