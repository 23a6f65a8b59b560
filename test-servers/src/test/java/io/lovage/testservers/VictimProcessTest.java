package io.lovage.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class VictimProcessTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration SILENCE = Duration.ofMillis(200);

    @Test
    void runsAMainClassWithArgumentsOptionsAndEnvironmentAndTalksToIt() throws InterruptedException {
        VictimProcess.Program program = new VictimProcess.Program(
                Victim.class.getName(), List.of("a", "b c"), List.of("-Xmx64m"), Map.of("VICTIM_COLOUR", "red"));
        try (VictimProcess victim = VictimProcess.start(program)) {
            assertThat(victim.awaitLine("ready", SOON)).isEqualTo("ready a b c red");
            victim.send("one");
            victim.send("two");
            assertThat(victim.awaitLine("heard t", SOON)).isEqualTo("heard two");
            assertThat(victim.lines()).hasSize(3);
            victim.send("exit");
            assertThat(victim.awaitExit(SOON)).isEqualTo(OptionalInt.of(3));
        }
    }

    @Test
    void isKilledAtOnce() throws InterruptedException {
        try (VictimProcess victim = VictimProcess.start(Victim.class)) {
            victim.awaitLine("ready", SOON);
            victim.kill();
            assertThat(victim.isAlive()).isFalse();
            assertThat(victim.awaitExit(SOON)).isEqualTo(OptionalInt.of(128 + 9));
            victim.kill();
        }
    }

    @Test
    void saysNothingWhileFrozenAndGoesOnAfterwards() throws InterruptedException {
        try (VictimProcess victim = VictimProcess.start(Victim.class)) {
            victim.awaitLine("ready", SOON);
            victim.freeze();
            victim.send("hello");
            assertThatThrownBy(() -> victim.awaitLine("heard", SILENCE)).isInstanceOf(ServerException.class);
            assertThat(victim.isAlive()).isTrue();
            victim.resume();
            assertThat(victim.awaitLine("heard", SOON)).isEqualTo("heard hello");
        }
    }

    @Test
    void endsOnRequest() throws InterruptedException {
        try (VictimProcess victim = VictimProcess.start(Victim.class)) {
            victim.awaitLine("ready", SOON);
            victim.terminate();
            assertThat(victim.awaitExit(SOON)).isEqualTo(OptionalInt.of(128 + 15));
        }
    }

    @Test
    void tellsWhatThePrintedLinesWereWhenTheExpectedOneDoesNotCome() throws InterruptedException {
        try (VictimProcess victim = VictimProcess.start(Victim.class, "here")) {
            victim.send("fail");
            victim.send("exit");
            assertThat(victim.awaitExit(SOON)).isPresent();
            assertThatThrownBy(() -> victim.awaitLine("never", SOON))
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("ended without")
                    .hasMessageContaining("ready here")
                    .hasMessageContaining("told to fail");
        }
    }

    /** The guard's story: no shutdown hook runs in a JVM that is killed, and yet its servers go with it. */
    @ParameterizedTest
    @ValueSource(strings = {"redis", "sentinels", "cluster"})
    void serversDieWithTheJvmThatStartedThemEvenWhenThatIsKilled(String servers) throws InterruptedException {
        TestServers.redisUrl().orSkip(Assumptions::abort);
        try (VictimProcess victim = VictimProcess.start(Victim.class)) {
            victim.send(servers);
            String line = victim.awaitLine("started ", SOON);
            List<Integer> ports =
                    Stream.of(line.split(" ", -1)).skip(1).map(Integer::valueOf).toList();
            assertThat(ports).isNotEmpty().allMatch(Handshake::isRedis);

            victim.kill();

            assertThat(Waiting.until(SOON, () -> ports.stream().noneMatch(Handshake::connects)))
                    .isTrue();
        }
    }
}
