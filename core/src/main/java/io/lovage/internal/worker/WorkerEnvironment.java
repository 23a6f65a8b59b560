package io.lovage.internal.worker;

import io.lovage.internal.wire.MessageEncoder;
import io.lovage.internal.wire.ProcessName;
import io.lovage.internal.wire.ResultCodec;
import io.lovage.internal.wire.ResultLayout;
import io.lovage.spi.Broker;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.Threads;
import io.lovage.spi.TimeSource;
import java.time.Duration;

/**
 * What a worker shares with the connection it belongs to. Immutable, thread-safe.
 *
 * @param queues what was declared on this connection
 * @param resultExpiry how long results are kept (rule R11.3)
 * @param defaultQueue the queue of a worker that names none
 */
public record WorkerEnvironment(
        Broker broker,
        ResultBackend results,
        DeclaredQueues queues,
        Duration resultExpiry,
        String defaultQueue,
        String clientName,
        ProcessName process,
        MessageEncoder encoder,
        TimeSource time,
        Threads threads) {

    /** Writes documents in the layout that readers of this backend expect. */
    ResultCodec resultCodec() {
        return new ResultCodec(results.capabilities().lookupById() ? ResultLayout.STORED : ResultLayout.REPLY);
    }
}
