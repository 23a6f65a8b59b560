package io.lovage.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.lovage.benchmarks.work.Rows;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OptionsTest {
    @Test
    void withoutArgumentsEveryRowIsMeasuredAndNothingIsWritten() {
        Options options = Options.parse();
        assertThat(options.rows()).isEqualTo(Rows.ALL);
        assertThat(options.json()).isEmpty();
        assertThat(options.document()).isEmpty();
    }

    @Test
    void readsWhatIsGiven() {
        Options options =
                Options.parse("--rows", "memory,publish", "--rounds", "3", "--warmups", "2", "--json", "f.json");
        assertThat(options.rows()).containsExactly(Rows.MEMORY, Rows.PUBLISH);
        assertThat(options.rounds()).isEqualTo(3);
        assertThat(options.warmups()).isEqualTo(2);
        assertThat(options.json()).contains(Path.of("f.json"));
    }

    @Test
    void refusesWhatItDoesNotKnowAndSaysWhatThereIs() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse("--rows", "fly"))
                .withMessage(
                        "no row is named fly; there are [publish, consume, worker, redis-publish, redis-consume,"
                                + " redis-worker, kafka-publish, kafka-consume, kafka-worker, kafka-lanes, memory, encode, decode]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse("--speed", "9"))
                .withMessageContaining("usage: Ratios");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse("--rounds", "0"))
                .withMessage("--rounds must be at least 1, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse("--render"))
                .withMessageContaining("--render needs --json FILE");
    }
}
