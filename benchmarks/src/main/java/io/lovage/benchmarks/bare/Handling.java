package io.lovage.benchmarks.bare;

import io.lovage.benchmarks.bare.BareDecoder.Call;
import io.lovage.benchmarks.workload.Chunk;
import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** What is done with the bytes of a message that was taken. */
@FunctionalInterface
public interface Handling {
    void handle(byte[] raw) throws IOException;

    /** Reads a call from kombu's envelope and runs the handler of its task. */
    static Handling ofCalls(Map<String, Consumer<Chunk>> handlers) {
        Map<String, Consumer<Chunk>> all = Map.copyOf(handlers);
        return raw -> run(BareEnvelope.read(raw), all);
    }

    /** Looks at nothing but the number of opaque bytes. */
    static Handling ofNumbers(LongConsumer handler) {
        return raw -> handler.accept(Opaque.number(raw));
    }

    /** Runs the handler of the task. */
    static void run(Call call, Map<String, Consumer<Chunk>> handlers) throws IOException {
        Consumer<Chunk> handler = handlers.get(call.task());
        if (handler == null) {
            throw new IOException("no handler for " + call.task());
        }
        handler.accept(call.chunk());
    }
}
