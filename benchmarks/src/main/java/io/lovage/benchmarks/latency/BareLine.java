package io.lovage.benchmarks.latency;

import io.lovage.benchmarks.bare.LiveWorker;
import io.lovage.benchmarks.bare.QueueUnderTest;
import io.lovage.benchmarks.bare.SingleSender;
import io.lovage.benchmarks.workload.Chunk;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/** A bare client at each end. Thread-safe but for sending, which one thread does. */
final class BareLine implements Line {
    private final QueueUnderTest queue;
    private final SingleSender sender;
    private final LiveWorker worker;
    private final Closeable workersConnection;

    /**
     * Ready to send.
     *
     * @param queue whose connection the sender may use
     * @param workersConnection is closed after the worker
     */
    BareLine(QueueUnderTest queue, SingleSender sender, LiveWorker worker, Closeable workersConnection) {
        this.queue = queue;
        this.sender = sender;
        this.worker = worker;
        this.workersConnection = workersConnection;
    }

    @Override
    public CompletionStage<?> send(Chunk chunk) throws IOException {
        return sender.send(chunk);
    }

    @Override
    public void check() throws IOException {
        worker.check();
    }

    @Override
    public void close() throws IOException, TimeoutException {
        try (queue;
                workersConnection;
                sender) {
            worker.close();
        }
    }
}
