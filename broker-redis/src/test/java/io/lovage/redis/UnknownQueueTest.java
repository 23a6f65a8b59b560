package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lovage.spi.Broker;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settlement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of a queue that does not exist: mostly its name is misspelt, so the name has to be in the error. */
class UnknownQueueTest {
    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    private static void assertHelpful(Throwable failure, QueueSpec queue) {
        assertThat(failure)
                .hasMessageContainingAll("there is no queue '" + queue.name() + "'", "declare it")
                .hasMessageNotContaining("NOQUEUE");
    }

    @Test
    void everyWayToItSaysItsNameAndWhatToDo() {
        Broker broker = fixture.broker("");
        QueueSpec known = fixture.declared(broker);
        QueueSpec unknown = QueueSpec.of(Fixture.newName());
        OutboundMessage message = Fixture.to(unknown, "m");
        OutboundMessage delayed = message.delayedBy(Duration.ofMinutes(1));
        Fixture.publish(broker, Fixture.to(known, "m"));
        Settlement after = Settlement.ackAfter(List.of(message));

        assertHelpful(catchThrowable(() -> Fixture.publish(broker, message)), unknown);
        assertHelpful(catchThrowable(() -> Fixture.publish(broker, delayed)), unknown);
        assertHelpful(
                catchThrowable(() -> Fixture.settle(Fixture.one(fixture.consumer(broker, known, 1)), after)), unknown);
        assertHelpful(catchThrowable(() -> fixture.consumer(broker, unknown, 1)), unknown);
        assertHelpful(catchThrowable(() -> broker.admin().stats(unknown)), unknown);
        assertHelpful(catchThrowable(() -> broker.admin().purge(unknown)), unknown);
    }
}
