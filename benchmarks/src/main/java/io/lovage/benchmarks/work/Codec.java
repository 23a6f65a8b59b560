package io.lovage.benchmarks.work;

import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import io.lovage.internal.wire.ArgumentBinder;
import io.lovage.internal.wire.Decoded;
import io.lovage.internal.wire.Embed;
import io.lovage.internal.wire.MessageDecoder;
import io.lovage.internal.wire.MessageEncoder;
import io.lovage.internal.wire.OutgoingTask;
import io.lovage.internal.wire.Payload;
import io.lovage.internal.wire.ProcessName;
import io.lovage.internal.wire.TaskMessage;
import io.lovage.spi.InboundMessage;
import io.lovage.spi.Message;
import io.lovage.spi.TaskId;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Lovage's codec, as the client and the worker use it. Thread-safe. */
public final class Codec {
    private final MessageEncoder encoder = new MessageEncoder(ProcessName.current());
    private final MessageDecoder decoder = new MessageDecoder();
    private final ArgumentBinder binder = new ArgumentBinder();

    /** Argument to message. */
    public Message encode(Chunk chunk) {
        return encoder.encode(new OutgoingTask(
                TaskId.random(),
                Workload.IMPORT.name(),
                binder.write(chunk),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true,
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Embed.NONE));
    }

    /** Message to checked task, its arguments still JSON trees. */
    public TaskMessage decode(InboundMessage message) {
        return decoder.decode(message).fold(Decoded.Received::message, unreadable -> {
            throw new IllegalStateException(unreadable.reason());
        });
    }

    /** JSON trees to argument. */
    public @Nullable Chunk bind(Payload payload) {
        return binder.read(payload, Chunk.class);
    }
}
