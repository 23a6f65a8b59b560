package io.lovage.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.kafka.LevelsModel.Stored;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Bytes;
import io.lovage.spi.DeadLetter;
import io.lovage.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MoverTest {
    private static final long SEED = Long.getLong("lovage.test.seed", new Random().nextLong());
    private static final String QUEUE = "imports";

    private final ManualClock time = new ManualClock();
    private final LevelsModel levels = new LevelsModel(time);
    private Mover mover = newMover();

    private Mover newMover() {
        TopicNames names = new TopicNames("");
        return new Mover(levels, new DelayedLetter.Names(LevelsModel::topic, names, new DeadTopics(names)), time);
    }

    private void moveFor(Duration duration) {
        long end = levels.brokersMillis() + duration.toMillis();
        while (levels.brokersMillis() < end) {
            mover.turn();
        }
    }

    private List<String> arrived() {
        return levels.log(QUEUE).stream().map(MoverTest::id).toList();
    }

    private static String id(Stored stored) {
        return new String(stored.value(), UTF_8);
    }

    private Map<String, Long> publishRandomly(int count, Duration longest) {
        Random random = new Random(SEED);
        Map<String, Long> due = new HashMap<>();
        for (int i = 0; i < count; i++) {
            Duration delay = Duration.ofMillis(1 + random.nextInt(Math.toIntExact(longest.toMillis())));
            due.put("m" + i, levels.brokersMillis() + delay.toMillis());
            levels.publish(QUEUE, "m" + i, delay);
            if (random.nextInt(10) == 0) {
                time.advance(Duration.ofMillis(random.nextInt(30)));
            }
        }
        return due;
    }

    @Test
    @DisplayName("R5.1 R5.2 R4.6 nobody is early, nor late by more than the precision, by the broker's clock")
    void everybodyArrivesInTime() {
        Map<String, Long> due = publishRandomly(500, Duration.ofMinutes(2));
        moveFor(Duration.ofMinutes(2).plusSeconds(2));
        assertThat(arrived()).as("seed %d", SEED).containsExactlyInAnyOrderElementsOf(due.keySet());
        levels.log(QUEUE)
                .forEach(stored -> assertThat(stored.appendedMillis() - due.getOrDefault(id(stored), 0L))
                        .as("lateness of %s, seed %d", id(stored), SEED)
                        .isBetween(0L, 1_000L));
        assertThat(levels.log(QUEUE)).allMatch(stored -> stored.headers().isEmpty());
    }

    @Test
    @DisplayName("R5.5 a message that waits for a year goes round and arrives at its time")
    void aYearIsWaitedFor() {
        Duration year = Duration.ofDays(365);
        long due = levels.brokersMillis() + year.toMillis();
        levels.publish(QUEUE, "patient", year);
        // the clock runs by half a second with each look, so it is put forward while nothing can be due
        for (int round = 0; arrived().isEmpty(); round++) {
            assertThat(round).isLessThan(1_000_000);
            mover.turn();
            if (due - levels.brokersMillis() > DelayLevels.waitMillis(DelayLevels.COUNT - 1) * 2) {
                time.advance(Duration.ofHours(1));
            }
        }
        assertThat(levels.log(QUEUE).get(0).appendedMillis() - due).isBetween(0L, 1_000L);
    }

    @Test
    @DisplayName("R5.4 however many wait, one look of each level is held")
    void onlyOneLookIsHeld() {
        for (int i = 0; i < 5_000; i++) {
            levels.publish(QUEUE, "m" + i, Duration.ofMinutes(1));
        }
        moveFor(Duration.ofSeconds(30));
        assertThat(arrived()).isEmpty();
        assertThat(levels.mostHeld()).isEqualTo(LevelsModel.FETCH);
    }

    @Test
    @DisplayName("R5.3 who takes over goes on with what was written down: twice perhaps, never not at all")
    void anotherTakesOver() {
        Map<String, Long> due = publishRandomly(300, Duration.ofSeconds(30));
        for (int life = 0; life < 20; life++) {
            moveFor(Duration.ofMillis(1_500));
            levels.crash();
            mover = newMover();
        }
        moveFor(Duration.ofSeconds(10));
        assertThat(arrived()).containsAll(due.keySet()).hasSizeGreaterThan(due.size());
    }

    @Test
    void aWriteThatFailedIsRepeatedAndNothingIsSkipped() {
        Map<String, Long> due = publishRandomly(100, Duration.ofSeconds(5));
        for (int i = 0; i < 10; i++) {
            levels.failWrites(7);
            moveFor(Duration.ofSeconds(1));
        }
        moveFor(Duration.ofSeconds(10));
        assertThat(arrived()).containsAll(due.keySet());
    }

    @Test
    void whatWasReadOfALevelThatWasLostIsNotMoved() {
        Map<String, Long> due = publishRandomly(50, Duration.ofSeconds(20));
        moveFor(Duration.ofSeconds(2));
        DelayLevels.all().forEach(levels::lose);
        moveFor(Duration.ofSeconds(25));
        assertThat(arrived())
                .as("each once, since all was written down")
                .containsExactlyInAnyOrderElementsOf(due.keySet());
    }

    @Test
    @DisplayName("R5.3 whoever slept through the loss of his levels asks before he writes, and writes nothing twice")
    void whoSleptWritesNothingOfWhatHeHeld() {
        Map<String, Long> due = publishRandomly(50, Duration.ofSeconds(20));
        moveFor(Duration.ofSeconds(2));
        time.advance(KafkaLevelLog.SESSION.plusSeconds(10));
        levels.takeAway();
        moveFor(Duration.ofSeconds(25));
        assertThat(arrived())
                .as("each once, since all was written down")
                .containsExactlyInAnyOrderElementsOf(due.keySet());
    }

    private DeadLetter onlyLetter(String topic) {
        assertThat(levels.log(topic)).hasSize(1);
        Stored stored = levels.log(topic).get(0);
        String key = new String(Objects.requireNonNull(stored.headers().get("key")), UTF_8);
        return Obituary.read(key, stored.value()).letter();
    }

    @Test
    @DisplayName(
            "R5.2 what waits for a queue that was deleted holds up nobody, and is a dead letter after some minutes")
    void aDeletedQueueHoldsUpNobody() {
        levels.delete("gone");
        levels.publish("gone", "late", Duration.ofSeconds(1));
        levels.publish(QUEUE, "m", Duration.ofSeconds(1));
        moveFor(Duration.ofSeconds(3));
        assertThat(arrived()).containsExactly("m");

        moveFor(Duration.ofMinutes(10));
        levels.create("gone");
        moveFor(Duration.ofMinutes(1));
        assertThat(levels.log("gone")).isEmpty();
        DeadLetter letter = onlyLetter("gone.dead");
        assertThat(letter.message().body()).isEqualTo(Bytes.utf8("late"));
        assertThat(letter.reason()).contains("gone").contains("deleted");
        assertThat(letter.deliveryCount()).isZero();
    }

    @Test
    @DisplayName("R3.4 a dead letter of a delayed message goes to the topic that was declared for it")
    void itsDeadLetterGoesWhereItWasDeclared() {
        levels.delete("gone");
        levels.append(
                LevelsModel.topic(0),
                DelayHeaders.first("gone", Optional.of("buried"), 1).write(),
                "late".getBytes(UTF_8));
        moveFor(Duration.ofMinutes(10));
        assertThat(onlyLetter("buried").message().body()).isEqualTo(Bytes.utf8("late"));
    }

    @Test
    void whoseDeadLettersWereDeletedTooLiesInTheCommonTopic() {
        levels.delete("gone");
        levels.delete("gone.dead");
        levels.publish("gone", "late", Duration.ofSeconds(1));
        moveFor(Duration.ofMinutes(10));
        assertThat(onlyLetter("lovage.dead").message().body()).isEqualTo(Bytes.utf8("late"));
    }

    @Test
    void withoutAPlaceForItsDeadLetterAMessageWaitsOn() {
        List.of("gone", "gone.dead", "lovage.dead").forEach(levels::delete);
        levels.publish("gone", "late", Duration.ofSeconds(1));
        moveFor(Duration.ofMinutes(20));
        levels.create("gone");
        moveFor(Duration.ofMinutes(1));
        assertThat(levels.log("gone").stream().map(MoverTest::id)).containsExactly("late");
    }

    @Test
    @DisplayName("R5.2 a queue whose leader is away holds up nobody, and gets what waited when it is back")
    void aQueueThatTakesNothingHoldsUpNobody() {
        levels.refuse("stuck", new TimeoutException("its leader is away"));
        levels.publish("stuck", "patient", Duration.ofSeconds(1));
        levels.publish(QUEUE, "m", Duration.ofSeconds(1));
        moveFor(Duration.ofSeconds(3));
        assertThat(arrived()).containsExactly("m");

        moveFor(Duration.ofMinutes(20));
        levels.takeAgain("stuck");
        moveFor(Duration.ofMinutes(1));
        assertThat(levels.log("stuck").stream().map(MoverTest::id)).containsExactly("patient");
    }

    @Test
    @DisplayName("R5.2 R3.4 what a queue refuses for good holds up nobody, and is a dead letter with that reason")
    void whatIsRefusedForGoodIsADeadLetter() {
        levels.refuse("small", new RecordTooLargeException("too large for it"));
        levels.publish("small", "large", Duration.ofSeconds(1));
        levels.publish(QUEUE, "m", Duration.ofSeconds(1));
        moveFor(Duration.ofSeconds(3));
        assertThat(arrived()).containsExactly("m");

        moveFor(Duration.ofMinutes(10));
        assertThat(onlyLetter("small.dead").reason()).contains("too large for it");
        assertThat(levels.log("small")).isEmpty();
    }

    @Test
    @DisplayName("R5.2 what was written behind one that can go nowhere is not written again with every attempt")
    void whatWasWrittenBehindAFailureIsWrittenOnce() {
        levels.refuse("stuck", new TimeoutException("away"));
        levels.refuse(LevelsModel.topic(4), new TimeoutException("away, too"));
        levels.publish("stuck", "first", Duration.ofSeconds(1));
        levels.publish(QUEUE, "behind", Duration.ofSeconds(1));
        moveFor(Duration.ofSeconds(20));
        assertThat(arrived()).containsExactly("behind");

        levels.takeAgain("stuck");
        moveFor(Duration.ofSeconds(5));
        assertThat(levels.log("stuck").stream().map(MoverTest::id)).containsExactly("first");
        assertThat(arrived()).containsExactly("behind");
    }

    @Test
    void withoutTheBrokersTimeThisLifeEnds() {
        levels.publish(QUEUE, "m", Duration.ofSeconds(1));
        levels.loseTheClock();
        assertThatThrownBy(() -> moveFor(Duration.ofSeconds(10)))
                .isInstanceOf(BrokerUnavailableException.class)
                .hasMessageContaining("there is no clock");
    }

    @Test
    void withoutALevelThisLifeEnds() {
        levels.publish(QUEUE, "m", Duration.ofMillis(6_500));
        levels.delete(LevelsModel.topic(3));
        assertThatThrownBy(() -> moveFor(Duration.ofSeconds(10)))
                .isInstanceOf(BrokerUnavailableException.class)
                .hasMessageContaining(LevelsModel.topic(3));
        levels.create(LevelsModel.topic(3));
        levels.crash();
        mover = newMover();
        moveFor(Duration.ofSeconds(10));
        assertThat(arrived()).containsExactly("m");
    }

    @Test
    @DisplayName("R10.6 what is to go to a topic that no queue has ends in the common topic and stops nobody")
    void aTargetThatIsNoQueueStopsNobody() {
        levels.refuse("no topic", new InvalidTopicException("it has a space"));
        levels.publish("no topic", "odd", Duration.ofSeconds(1));
        levels.publish(QUEUE, "m", Duration.ofSeconds(1));
        moveFor(Duration.ofMinutes(10));
        assertThat(arrived()).containsExactly("m");
        assertThat(onlyLetter("lovage.dead").reason()).contains("it has a space");
    }

    @Test
    @DisplayName("R3.4 who moves a dead letter once more, after a crash, leaves one")
    void aDeadLetterHasTheSameIdHoweverOftenItIsWritten() {
        DelayHeaders headers = DelayHeaders.first("gone", Optional.empty(), 1).next(1, Hops.MOST_MISSED);
        levels.delete("gone");
        levels.append(LevelsModel.topic(0), headers.write(), "late".getBytes(UTF_8));
        moveFor(Duration.ofSeconds(2));
        levels.crash();
        mover = newMover();
        moveFor(Duration.ofSeconds(2));
        assertThat(levels.log("gone.dead")).hasSize(2);
        assertThat(levels.log("gone.dead").stream()
                        .map(letter -> new String(
                                Objects.requireNonNull(letter.headers().get("key")), UTF_8))
                        .distinct())
                .hasSize(1);
    }

    @Test
    void aQueueThatIsThereAgainGetsWhatWaited() {
        levels.delete(QUEUE);
        levels.publish(QUEUE, "m", Duration.ofSeconds(1));
        moveFor(Duration.ofSeconds(10));
        levels.create(QUEUE);
        moveFor(Duration.ofMinutes(1));
        assertThat(arrived()).containsExactly("m");
    }

    @Test
    @DisplayName("R10.6 a record of somebody else is dropped and stops nobody")
    void aForeignRecordStopsNobody() {
        List<String> sent = new ArrayList<>();
        for (int level : DelayLevels.list().subList(0, 5)) {
            levels.append(LevelsModel.topic(level), Map.of(), new byte[] {1, 2, 3});
            sent.add("m" + level);
            levels.publish(QUEUE, "m" + level, Duration.ofMillis(DelayLevels.waitMillis(level)));
        }
        moveFor(Duration.ofSeconds(8));
        assertThat(arrived()).containsExactlyInAnyOrderElementsOf(sent);
    }
}
