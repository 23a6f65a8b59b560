package io.lovage.benchmarks.servers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RabbitRefusalTest {
    @Test
    void readsWhatTheServerHas() {
        assertThat(RabbitRefusal.current("#method<channel.close>(reply-code=406, reply-text=PRECONDITION_FAILED -"
                        + " inequivalent arg 'x-queue-type' for queue 'q' in vhost '/': received 'classic' but current"
                        + " is 'quorum', class-id=50, method-id=10)"))
                .isEqualTo("quorum");
        assertThat(RabbitRefusal.current("inequivalent arg 'x-queue-type' for queue 'q' in vhost '/': received the"
                        + " value 'quorum' of type 'longstr' but current is none, class-id=50, method-id=10)"))
                .startsWith("classic");
        assertThat(RabbitRefusal.current("inequivalent arg 'durable' for queue 'q' in vhost '/': received 'false' but"
                        + " current is 'true', class-id=50"))
                .isEqualTo("true");
    }

    @Test
    void saysSoWhenItCannot() {
        assertThat(RabbitRefusal.current("something else")).isEqualTo("cannot be read back: something else");
    }
}
