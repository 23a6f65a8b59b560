package io.lovage.benchmarks.latency;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * What became of the tasks of one point. Thread-safe: the sender, whoever hears of confirms and all handlers tell it.
 */
final class Arrivals implements Measurement {
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final int DIGITS = 3;

    private final Histogram nanos = new ConcurrentHistogram(LONGEST_NANOS, DIGITS);
    private final Schedule schedule;
    private final long taskNanos;
    private final long firstNumber;
    private final long begin;
    private final AtomicIntegerArray ends;
    private final Map<Integer, String> refused = new ConcurrentHashMap<>();
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicInteger duplicates = new AtomicInteger();
    private final AtomicLong lastEnd;

    /**
     * Nothing has been sent.
     *
     * @param firstNumber the number of the first task; the others follow
     * @param begin when the first one is to be sent, by the clock of the handlers
     */
    Arrivals(Schedule schedule, Duration taskTime, long firstNumber, long begin) {
        this.schedule = schedule;
        this.taskNanos = taskTime.toNanos();
        this.firstNumber = firstNumber;
        this.begin = begin;
        this.ends = new AtomicIntegerArray(schedule.tasks());
        this.lastEnd = new AtomicLong(begin);
    }

    /** When a task is to be sent. */
    long due(int task) {
        return begin + schedule.due(task);
    }

    @Override
    public long taskNanos() {
        return taskNanos;
    }

    @Override
    public void ended(long number, long at) {
        long task = number - firstNumber;
        if (task < 0 || task >= schedule.tasks()) {
            return; // of an earlier point, which has called it lost
        }
        if (ends.getAndIncrement((int) task) > 0) {
            duplicates.incrementAndGet();
            return;
        }
        if (schedule.counts((int) task)) {
            nanos.recordValue(Math.min(LONGEST_NANOS, Math.max(0, at - due((int) task))));
        }
        lastEnd.accumulateAndGet(at, Math::max);
        ended.incrementAndGet();
    }

    /** The broker did not take it. It may arrive all the same. */
    void refused(int task, Throwable why) {
        refused.put(task, String.valueOf(why.getMessage()));
    }

    /** How many tasks have ended. */
    int ended() {
        return ended.get();
    }

    /**
     * What there is to say when nothing more is to be expected.
     *
     * @param tasks how many were sent
     */
    PointFigures figures(int tasks) {
        long behind = Math.max(0, lastEnd.get() - due(Math.max(0, tasks - 1)) - taskNanos);
        double seconds = (schedule.due(tasks) + behind) / 1e9;
        return new PointFigures(
                new PointFigures.Sending(schedule.rate(), schedule.tasks(), tasks, refused.size()),
                new PointFigures.Ending(
                        ended.get(), duplicates.get(), lost(tasks), behind, seconds > 0 ? ended.get() / seconds : 0),
                PointFigures.Percentiles.of(nanos));
    }

    private List<String> lost(int tasks) {
        List<String> names = new ArrayList<>();
        for (int task = 0; task < tasks; task++) {
            if (ends.get(task) == 0) {
                String why = refused.get(task);
                names.add("task " + (firstNumber + task) + (why == null ? ", confirmed" : ", not confirmed: " + why));
            }
        }
        return names;
    }
}
