package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.QueueMismatchException;
import io.lovage.spi.QueueNotFoundException;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What RabbitMQ refuses is told as what it is")
class RefusalsTest {
    @Test
    void aQueueThatDiffersIsAMismatch() {
        assertThat(closed(AMQP.PRECONDITION_FAILED, "PRECONDITION_FAILED - inequivalent arg 'x-queue-type'"))
                .isInstanceOf(QueueMismatchException.class);
    }

    @Test
    void aChannelThatEndedBecauseOfConsumerTimeoutSaysNothingOfTheQueue() {
        assertThat(closed(
                        AMQP.PRECONDITION_FAILED,
                        "PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out. Timeout value used:"
                                + " 5000 ms"))
                .isInstanceOf(BrokerUnavailableException.class)
                .extracting(BrokerException::retryable)
                .isEqualTo(true);
    }

    @Test
    void aClassicQueueOnANodeThatIsDownIsOnlyAway() {
        assertThat(closed(AMQP.NOT_FOUND, "NOT_FOUND - home node 'a@b' of durable queue 'q' is down or inaccessible"))
                .isInstanceOf(BrokerUnavailableException.class);
        assertThat(closed(AMQP.NOT_FOUND, "NOT_FOUND - no queue 'q' in vhost '/'"))
                .isInstanceOf(QueueNotFoundException.class);
    }

    private static BrokerException closed(int code, String text) {
        AMQP.Channel.Close reason =
                new AMQP.Channel.Close.Builder().replyCode(code).replyText(text).build();
        return Refusals.doing("consume", new IOException(new ShutdownSignalException(false, false, reason, null)));
    }
}
