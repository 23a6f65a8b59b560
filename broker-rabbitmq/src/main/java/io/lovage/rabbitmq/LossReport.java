package io.lovage.rabbitmq;

import com.rabbitmq.client.ShutdownSignalException;
import io.lovage.rabbitmq.Refusals.Close;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log why a consumer lost its channel. */
final class LossReport {
    private static final Logger log = LoggerFactory.getLogger(LossReport.class);

    private LossReport() {}

    /** Says nothing of an end that was wished for. */
    static void write(String queue, @Nullable Exception cause) {
        if (cause == null || (cause instanceof ShutdownSignalException signal && signal.isInitiatedByApplication())) {
            return;
        }
        if (Refusals.close(cause).filter(Close::isConsumerTimeout).isPresent()) {
            log.warn(
                    "a delivery of queue '{}' was held for longer than the server's consumer_timeout; RabbitMQ gives"
                            + " everything this consumer held to others: {}",
                    queue,
                    cause.getMessage());
        } else {
            log.info("the consumer of queue '{}' lost its channel: {}", queue, cause.getMessage());
        }
    }
}
