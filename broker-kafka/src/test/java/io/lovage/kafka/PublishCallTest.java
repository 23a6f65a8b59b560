package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.BrokerUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PublishCallTest {
    private final List<String> told = new ArrayList<>();

    private PublishCall call() {
        PublishCall call = new PublishCall(
                new PublishCall.Facts(List.of("a", "b"), Set.of("topic"), 7, 0, 1),
                Runnable::run,
                () -> told.add("room"));
        CompletionStage<Void> promise = call.promise();
        promise.whenComplete((done, failure) -> told.add(failure == null ? "done" : "failed"));
        return call;
    }

    /**
     * Whoever published again where a failed publish completed, as one does with a dead letter that was too large,
     * waited for the room that the failed one still had: for ever, on the thread that was to free it.
     */
    @Test
    @DisplayName("R1.3 whoever publishes again where a publish ends finds the room that it had")
    void theRoomOfACallIsFreeWhenItsEndIsTold() {
        PublishCall failing = call();
        failing.confirmed(0);
        failing.failed(1, new BrokerUnavailableException("away"));
        assertThat(told).containsExactly("room", "failed");
    }

    @Test
    void theRoomIsFreedOnce() {
        PublishCall call = call();
        call.giveUp(new BrokerUnavailableException("away"));
        call.confirmed(0);
        call.confirmed(1);
        call.giveUp(new BrokerUnavailableException("away"));
        assertThat(told).containsExactly("room", "failed");
    }
}
