package io.lovage.benchmarks.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.lovage.benchmarks.lane.Used;
import io.lovage.benchmarks.latency.PointFigures.Ending;
import io.lovage.benchmarks.latency.PointFigures.Percentiles;
import io.lovage.benchmarks.latency.PointFigures.Sending;
import io.lovage.benchmarks.latency.Program.Asked;
import io.lovage.benchmarks.latency.Program.Times;
import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Plan;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.plan.What;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The variants of a case are measured in turns")
class TurnsTest {
    private static final Times TIMES = new Times(100, 3, 100, 1_000);

    private final List<String> asked = new ArrayList<>();
    private final List<String> progress = new ArrayList<>();

    private Map<Case, Taken> take(Contender contender, Program program) throws Exception {
        Case lovage = new Case(contender, contender.usual(), What.LATENCY, Variant.LOVAGE, Plan.LEAST_PAYLOAD);
        Map<Case, Probe> probes = new LinkedHashMap<>();
        probes.put(lovage, new Fake("lovage", 4_000));
        probes.put(lovage.by(Variant.BARE), new Fake("bare", 5_000));
        return new Turns(program, probes, progress::add).take();
    }

    @Test
    void andWhoBeginsChangesFromRoundToRound() throws Exception {
        take(Contender.REDIS, new Program(3, TIMES, List.of()));
        assertThat(asked)
                .containsExactly(
                        "lovage most", "bare most",
                        "lovage 1000/s 0 ms", "bare 1000/s 0 ms",
                        "lovage 1000/s 0 ms", "bare 1000/s 0 ms",
                        "bare 1000/s 0 ms", "lovage 1000/s 0 ms",
                        "lovage 1000/s 0 ms", "bare 1000/s 0 ms");
    }

    @Test
    void eachAtSharesOfItsOwnMost() throws Exception {
        take(Contender.REDIS, new Program(1, TIMES, List.of(new Asked(0.25, true, 0), new Asked(80, false, 100))));
        assertThat(asked.subList(6, asked.size()))
                .containsExactly("lovage 1000/s 0 ms", "bare 1250/s 0 ms", "lovage 80/s 100 ms", "bare 80/s 100 ms");
    }

    @Test
    void lanesOfKafkaAtHalfOfWhatTheSlowerOneReaches() throws Exception {
        take(Contender.KAFKA_LANE, new Program(1, TIMES, List.of()));
        assertThat(asked.subList(2, 4)).containsExactly("lovage 2000/s 0 ms", "bare 2000/s 0 ms");
    }

    @Test
    void andAllThatWasSeenIsThere() throws Exception {
        Map<Case, Taken> taken = take(Contender.REDIS, new Program(2, TIMES, List.of(new Asked(0.5, true, 0))));
        assertThat(taken.values())
                .extracting(
                        Taken::most,
                        each -> each.reference().size(),
                        each -> each.others().size())
                .containsExactly(tuple(4_000.0, 2, 1), tuple(5_000.0, 2, 1));
    }

    @Test
    void whatIsLostAndARateThatWasNotKeptAreSaidAtOnce() throws Exception {
        take(Contender.REDIS, new Program(1, TIMES, List.of(new Asked(9_000, false, 0))));
        assertThat(progress)
                .contains(
                        "redis D1 latency lovage 100: at most 4,000 tasks/s",
                        "redis D1 latency lovage 100 at 9,000 tasks/s of 0 ms: not kept, 4,000 tasks/s, 1.5 s behind its"
                                + " schedule at the end; 1 LOST: task 7, confirmed");
    }

    @Test
    void aFullRunHasTheRatesAndDurationsThatWerePromised() {
        assertThat(Program.of(Plan.full()).others())
                .extracting(asked -> asked.amount() + (asked.ofMost() ? " of most, " : "/s, ") + asked.taskMillis())
                .containsExactly(
                        "100.0/s, 0",
                        "1000.0/s, 0",
                        "5000.0/s, 0",
                        "10000.0/s, 0",
                        "0.25 of most, 0",
                        "0.5 of most, 0",
                        "0.75 of most, 0",
                        "0.9 of most, 0",
                        "1000.0/s, 1",
                        "800.0/s, 10",
                        "80.0/s, 100");
        assertThat(Program.of(Plan.quick()).rounds()).isEqualTo(Plan.quick().rounds());
    }

    /** One that keeps every rate up to its most, and loses a task above. */
    private final class Fake implements Probe {
        private final String name;
        private final double most;

        Fake(String name, double most) {
            this.name = name;
            this.most = most;
        }

        @Override
        public double maximum(int sliceMillis, int mostSlices) {
            asked.add(name + " most");
            return most;
        }

        @Override
        public Answer measure(Point point) {
            asked.add(String.format(Locale.ROOT, "%s %.0f/s %d ms", name, point.rate(), point.taskMillis()));
            boolean kept = point.rate() <= most;
            return new Answer(
                    new PointFigures(
                            new Sending(point.rate(), 10, 10, 0),
                            kept
                                    ? new Ending(10, 0, List.of(), 0, point.rate())
                                    : new Ending(9, 0, List.of("task 7, confirmed"), 1_500_000_000, most),
                            new Percentiles(10, 1, 2, 3, 4, 5)),
                    new Used(1_000_000, 1_000, 1_000, 0, 1_000));
        }

        @Override
        public void close() {
            // nothing runs
        }
    }
}
