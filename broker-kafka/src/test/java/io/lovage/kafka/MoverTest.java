package io.lovage.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.kafka.LevelsModel.Stored;
import io.lovage.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MoverTest {
    private static final long SEED = Long.getLong("lovage.test.seed", new Random().nextLong());
    private static final String QUEUE = "imports";

    private final ManualClock time = new ManualClock();
    private final LevelsModel levels = new LevelsModel(time);
    private Mover mover = newMover();

    private Mover newMover() {
        return new Mover(levels, LevelsModel::topic, time);
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
    @DisplayName("R5.2 what waits for a queue that was deleted holds up nobody, and is dropped after some minutes")
    void aDeletedQueueHoldsUpNobody() {
        levels.delete("gone");
        levels.publish("gone", "lost", Duration.ofSeconds(1));
        levels.publish(QUEUE, "m", Duration.ofSeconds(1));
        moveFor(Duration.ofSeconds(3));
        assertThat(arrived()).containsExactly("m");

        moveFor(Duration.ofMinutes(10));
        levels.create("gone");
        moveFor(Duration.ofMinutes(1));
        assertThat(levels.log("gone")).isEmpty();
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
