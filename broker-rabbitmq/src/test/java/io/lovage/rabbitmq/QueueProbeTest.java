package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The refusals are those of RabbitMQ 3.10.8. */
class QueueProbeTest {
    private final Map<String, Boolean> flags = new LinkedHashMap<>();
    private final Map<String, Object> arguments = new LinkedHashMap<>();

    private void correct(String argument, String difference) {
        QueueProbe.correct(
                "PRECONDITION_FAILED - inequivalent arg '" + argument + "' for queue 'q' in vhost '/': received "
                        + difference,
                flags,
                arguments);
    }

    @Test
    void anArgumentThatIsNotThereIsTakenOut() {
        arguments.put("x-dead-letter-exchange", "");
        correct("x-dead-letter-exchange", "the value '' of type 'longstr' but current is none");
        assertThat(arguments).isEmpty();
    }

    @Test
    void anArgumentThatIsThereIsPutInWithItsType() {
        correct("x-max-priority", "none but current is the value '5' of type 'signedint'");
        correct("x-queue-type", "none but current is the value 'quorum' of type 'longstr'");
        assertThat(arguments).containsEntry("x-max-priority", 5L).containsEntry("x-queue-type", "quorum");
    }

    @Test
    void aValueThatDiffersKeepsTheTypeThatWasGiven() {
        arguments.put("x-delivery-limit", 4);
        arguments.put("x-queue-type", "classic");
        correct("x-delivery-limit", "'4' but current is '3'");
        correct("x-queue-type", "'classic' but current is 'quorum'");
        assertThat(arguments).containsEntry("x-delivery-limit", 3L).containsEntry("x-queue-type", "quorum");
    }

    @Test
    void flagsAreNoArguments() {
        correct("durable", "'true' but current is 'false'");
        assertThat(flags).containsEntry("durable", false);
        assertThat(arguments).isEmpty();
    }
}
