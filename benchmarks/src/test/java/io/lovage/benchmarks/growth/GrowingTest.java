package io.lovage.benchmarks.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lovage.benchmarks.growth.Growing.Amount;
import io.lovage.benchmarks.growth.Step.Kind;
import io.lovage.benchmarks.lane.Used;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What grows is measured at each size")
class GrowingTest {
    private static final Amount TEN_TASKS = new Amount(10, 3);

    private final List<Step> steps = new ArrayList<>();
    private final List<String> progress = new ArrayList<>();
    private int waiting;
    private int delayed;

    /** A broker whose publish takes longer with each task that waits. */
    private Used slower(Step step) {
        steps.add(step);
        if (step.kind() == Kind.PUBLISH) {
            waiting += step.tasks();
        } else if (step.kind() == Kind.CONSUME) {
            waiting -= step.tasks();
        } else if (step.kind() == Kind.DELAY) {
            delayed += step.tasks();
        }
        long nanos = 1_000_000L * step.tasks() * (step.kind() == Kind.PUBLISH ? 1 + waiting / 10_000 : 1);
        return new Used(nanos, 2_000L * step.tasks(), 3_000L * step.tasks(), 0.5, 100);
    }

    private List<Curve> measure(Load load) throws Exception {
        return new Growing("a broker", this::slower, () -> 1_000 + 700L * delayed, TEN_TASKS, progress::add)
                .measure(load);
    }

    @Test
    void withItsCostsForEachTask() throws Exception {
        List<Curve> lines = measure(
                new Load(Load.Axis.BACKLOG, true, List.of(0, 10_000, 90_000), List.of(Kind.PUBLISH, Kind.CONSUME)));
        assertThat(lines).extracting(Curve::kind).containsExactly(Kind.PUBLISH, Kind.CONSUME);
        assertThat(lines.get(0).costs()).extracting(Cost::size).containsExactly(0, 10_000, 90_000);
        assertThat(lines.get(0).costs())
                .extracting(cost -> Math.round(cost.tasksPerSecond()))
                .containsExactly(1_000L, 500L, 100L);
        assertThat(lines.get(1).costs())
                .extracting(cost -> Math.round(cost.tasksPerSecond()))
                .containsExactly(1_000L, 1_000L, 1_000L);
        Cost last = lines.get(1).costs().get(2);
        assertThat(last.cpuMicrosClient()).isCloseTo(2, within(1e-9));
        assertThat(last.cpuMicrosBroker()).isCloseTo(3, within(1e-9));
        assertThat(progress)
                .hasSize(6)
                .contains("a broker, publish with 90,000 backlog: 100 tasks/s, 2.0 µs of the client, 3.0 µs of the"
                        + " broker");
    }

    @Test
    void andFilledOnlyByWhatIsMissing() throws Exception {
        measure(new Load(Load.Axis.DELAYED, true, List.of(0, 100, 1_000), List.of(Kind.PUBLISH)));
        assertThat(steps.stream().filter(step -> step.kind() == Kind.DELAY))
                .extracting(Step::tasks)
                .containsExactly(100, 900);
    }

    @Test
    void withTheServersMemoryWhereThereIsEnoughToSeeIt() throws Exception {
        List<Curve> curves =
                measure(new Load(Load.Axis.DELAYED, true, List.of(0, 1_000, 101_000), List.of(Kind.PUBLISH)));
        assertThat(curves.get(0).costs()).extracting(Cost::serverBytesPerTask).containsExactly(-1.0, -1.0, 700.0);
    }

    @Test
    void withSoManyQueuesOrSlots() throws Exception {
        measure(new Load(Load.Axis.QUEUES, false, List.of(1, 10), List.of(Kind.END_TO_END)));
        assertThat(steps).last().isEqualTo(new Step(Kind.END_TO_END, 10, 10, Load.USUAL_SLOTS));
        measure(new Load(Load.Axis.SLOTS, false, List.of(1, 64), List.of(Kind.END_TO_END)));
        assertThat(steps).last().isEqualTo(new Step(Kind.END_TO_END, 10, 1, 64));
    }
}
