package io.lovage.kafka;

import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Which way results go: what a worker writes of them, and what a client reads. Thread-safe. */
interface ResultRoute extends AutoCloseable {
    /** In documents and errors. */
    String name();

    /** What this client is answered by; known when {@link #prepare} has returned. */
    String replyAddress();

    /** Whether results come also of tasks that others have sent. */
    boolean bringsForeignResults();

    /** Makes what is to be read, and says what that is. May block. */
    ResultReader.Spec prepare();

    /** Whether a record of the topic is for this client. */
    boolean concerns(ConsumerRecord<byte[], byte[]> record);

    /** Completes when the brokers hold it, or when nobody could receive it (rule R11.7). */
    CompletionStage<Void> write(TaskRef task, StoredResult next);

    /** Tells whoever reads to forget a task, where that is not this client alone. */
    CompletionStage<Void> writeForgotten(TaskId id);

    @Override
    void close();
}
