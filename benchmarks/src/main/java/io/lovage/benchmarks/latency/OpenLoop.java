package io.lovage.benchmarks.latency;

import io.lovage.benchmarks.workload.Numbered;
import io.lovage.benchmarks.workload.Workload;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Sends tasks by a schedule. A sender that is late, for whatever reason, sends at once, and the schedule stays as it
 * was: what was held up counts from its own time. Used by one thread.
 */
final class OpenLoop {
    private static final Numbered TASKS = new Numbered(Workload.PAYLOAD_BYTES);

    /** So that the first task is no later than others. */
    private static final Duration LEAD = Duration.ofMillis(20);

    /** When so much work is on the way, or the sender itself is so late, the rate is not kept and never will be. */
    private static final Duration TOO_MUCH = Duration.ofSeconds(2);

    /** What did not end while nothing ended for so long is lost. */
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private static final Duration LOOK = Duration.ofMillis(5);

    private final Pace pace;
    private final Handling handling;
    private final Line line;
    private long nextNumber;

    /**
     * Over a line.
     *
     * @param firstNumber what the first task is called; each number is used once
     */
    OpenLoop(Pace pace, Handling handling, Line line, long firstNumber) {
        this.pace = pace;
        this.handling = handling;
        this.line = line;
        this.nextNumber = firstNumber;
    }

    /** Runs a schedule to its end, or until it is hopeless. */
    PointFigures run(Schedule schedule, Duration taskTime) throws Exception {
        long firstNumber = nextNumber;
        nextNumber += schedule.tasks();
        Arrivals arrivals = new Arrivals(schedule, taskTime, firstNumber, pace.nanoTime() + LEAD.toNanos());
        handling.tell(arrivals);
        int onTheWay = (int) (schedule.rate() * TOO_MUCH.plus(taskTime).toNanos() / 1e9) + 1;
        int sent = 0;
        while (sent < schedule.tasks()) {
            pace.until(arrivals.due(sent));
            boolean hopeless =
                    sent - arrivals.ended() > onTheWay || pace.nanoTime() - arrivals.due(sent) > TOO_MUCH.toNanos();
            if (hopeless) {
                break;
            }
            send(arrivals, sent, firstNumber + sent);
            sent++;
        }
        awaitEnd(arrivals, sent);
        return arrivals.figures(sent);
    }

    private void awaitEnd(Arrivals arrivals, int sent) throws InterruptedException {
        long quietSince = pace.nanoTime();
        for (int before = 0; arrivals.ended() < sent; pace.until(pace.nanoTime() + LOOK.toNanos())) {
            int ended = arrivals.ended();
            if (ended > before) {
                before = ended;
                quietSince = pace.nanoTime();
            } else if (pace.nanoTime() - quietSince > SILENCE.toNanos()) {
                return;
            }
        }
    }

    private void send(Arrivals arrivals, int task, long number) throws Exception {
        CompletionStage<?> confirmed = line.send(TASKS.chunk(number));
        confirmed.whenComplete((done, failure) -> {
            if (failure != null) {
                arrivals.refused(task, failure);
            }
        });
    }
}
