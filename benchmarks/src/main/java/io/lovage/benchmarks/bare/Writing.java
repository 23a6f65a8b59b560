package io.lovage.benchmarks.bare;

import io.lovage.benchmarks.workload.Chunk;

/** How a task becomes the bytes of one message, for brokers whose messages are bytes. Thread-safe. */
@FunctionalInterface
public interface Writing {
    byte[] write(String queue, Chunk chunk);

    /** As kombu's envelope, with a new id. */
    static Writing ofCalls(BareEncoder encoder) {
        BareEnvelope envelopes = new BareEnvelope(encoder);
        return (queue, chunk) -> envelopes.write(BareEncoder.newId(), queue, chunk);
    }

    /** As opaque bytes of the same size. */
    static Writing ofNumbers(BareEncoder encoder, String queue, Chunk sample) {
        Opaque opaque = new Opaque(ofCalls(encoder).write(queue, sample).length);
        return (any, chunk) -> opaque.write(chunk);
    }
}
