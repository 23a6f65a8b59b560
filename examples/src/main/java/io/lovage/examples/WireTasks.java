package io.lovage.examples;

import io.lovage.Arguments;
import io.lovage.HandlerOptions;
import io.lovage.RetryPolicy;
import io.lovage.Task;
import io.lovage.TaskContext;
import io.lovage.TaskSet;
import io.lovage.Worker;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that any Celery client can call, to see a Java worker at work: {@code lovage worker -A
 * io.lovage.examples.WireTasks}. Thread-safe.
 */
public final class WireTasks implements TaskSet {
    private static final int ONCE = 1;

    /** Two numbers, by position or by name. */
    public record Factors(Number x, Number y) {}

    /** What a failure says. */
    public record Complaint(String message) {}

    /** How long. */
    public record Pause(double seconds) {}

    /** How far. */
    public record Steps(int steps) {}

    @Override
    public void register(Worker.Builder worker) {
        worker.handle(Task.of("java.add", Arguments.class, Number.class), (numbers, context) -> add(numbers))
                .handle(Task.of("java.mul", Factors.class, Number.class), (factors, context) -> multiply(factors))
                .handle(Task.of("java.echo", Arguments.class, Object.class), (arguments, context) -> echo(arguments))
                .handle(Task.of("java.noop", Void.class, Void.class), (nothing, context) -> null)
                .handle(Task.of("java.fail", Complaint.class, Void.class), (complaint, context) -> fail(complaint))
                .handle(
                        Task.of("java.retry1", Void.class, Integer.class),
                        HandlerOptions.ofDefaults().retry(once()),
                        (nothing, context) -> retryOnce(context))
                .handle(Task.of("java.slow", Pause.class, Double.class), (pause, context) -> slow(pause))
                .handle(
                        Task.of("java.progress", Steps.class, Integer.class),
                        (steps, context) -> progress(steps, context));
    }

    private static Number add(Arguments numbers) {
        if (!numbers.kwargs().isEmpty()) {
            throw new IllegalArgumentException("java.add takes numbers by position, not "
                    + numbers.kwargs().keySet());
        }
        Number sum = 0L;
        for (Object number : numbers.args()) {
            sum = sum(sum, checked(number));
        }
        return sum;
    }

    private static Number checked(@Nullable Object number) {
        if (number instanceof Number good) {
            return good;
        }
        throw new IllegalArgumentException("java.add takes numbers, not " + number);
    }

    /** As Python counts: whole numbers have no limit, and one float makes the sum a float. */
    private static Number sum(Number left, Number right) {
        return whole(left) && whole(right)
                ? integer(left).add(integer(right))
                : (Number) (left.doubleValue() + right.doubleValue());
    }

    private static Number multiply(Factors factors) {
        return whole(factors.x()) && whole(factors.y())
                ? integer(factors.x()).multiply(integer(factors.y()))
                : (Number) (factors.x().doubleValue() * factors.y().doubleValue());
    }

    private static boolean whole(Number number) {
        return !(number instanceof Double || number instanceof Float || number instanceof BigDecimal);
    }

    private static BigInteger integer(Number number) {
        return number instanceof BigInteger big ? big : BigInteger.valueOf(number.longValue());
    }

    private static Map<String, Object> echo(Arguments arguments) {
        Map<String, Object> heard = new LinkedHashMap<>();
        heard.put("args", arguments.args());
        heard.put("kwargs", arguments.kwargs());
        return heard;
    }

    private static Void fail(Complaint complaint) {
        throw new IllegalStateException(complaint.message());
    }

    private static RetryPolicy once() {
        return RetryPolicy.builder()
                .maxRetries(ONCE)
                .fixedDelay(Duration.ZERO)
                .jitter(0)
                .build();
    }

    private static Integer retryOnce(TaskContext context) {
        int retries = context.attempt() - 1;
        if (retries < ONCE) {
            throw context.retry(Duration.ZERO, "once more");
        }
        return retries;
    }

    /** Ends early, with an exception, when the soft time limit or a shutdown interrupts it. */
    private static Double slow(Pause pause) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        boolean woken = never.await(Math.round(pause.seconds() * 1_000), TimeUnit.MILLISECONDS);
        if (woken) {
            throw new AssertionError("nobody counts this latch down");
        }
        return pause.seconds();
    }

    private static Integer progress(Steps steps, TaskContext context) {
        for (int step = 1; step <= steps.steps(); step++) {
            context.progress(Map.of("current", step, "total", steps.steps()));
        }
        return steps.steps();
    }
}
