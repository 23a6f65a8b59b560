package io.lovage.kafka;

import io.lovage.kafka.Outgoing.Written;
import io.lovage.spi.BrokerException;
import io.lovage.spi.ConfigurationException;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/** A record that its topic does not take because of its size (rule R1.6): what the limit is, and how to raise it. */
final class TooLarge {
    /** What Kafka adds to a record, generously. */
    private static final int AROUND_A_RECORD = 1_024;

    private TooLarge() {}

    /** Whether this is why something was not published, also when it was told in other words since. */
    static boolean is(Throwable failure) {
        @Nullable Throwable cause = failure;
        while (cause != null && !(cause instanceof RecordTooLargeException)) {
            cause = cause.getCause();
        }
        return cause != null;
    }

    /** Completes always: where the limit cannot be asked for it is only named. */
    static CompletionStage<BrokerException> explain(Written record, Topics topics, Throwable failure) {
        return topics.largestRecord(record.topic())
                .handle((limit, unknown) -> new ConfigurationException(
                        "a message of " + record.bytes() + " bytes is larger than topic '" + record.topic()
                                + "' takes (max.message.bytes" + (unknown == null ? "=" + limit : "")
                                + "): send less, or raise the limit: kafka-configs.sh --bootstrap-server ... --alter"
                                + " --topic " + record.topic() + " --add-config max.message.bytes="
                                + (record.bytes() + AROUND_A_RECORD),
                        KafkaErrors.root(failure)));
    }
}
