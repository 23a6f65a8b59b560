package io.lovage.examples.mixed;

import io.lovage.Task;
import io.lovage.TaskSet;
import io.lovage.Worker;

/** What a Python program leaves to Java: counting primes. Thread-safe. */
public final class PrimeTasks implements TaskSet {
    /** Python calls it with {@code kwargs={"first": .., "last": ..}}, or with the two by position. */
    public record Range(long first, long last) {}

    /** Python gets a dict with these keys. */
    public record Counted(long primes, long worker) {}

    static final Task<Range, Counted> COUNT = Task.of("primes.count", Range.class, Counted.class);

    @Override
    public void register(Worker.Builder worker) {
        worker.handle(COUNT, (range, context) -> count(range));
    }

    static Counted count(Range range) {
        // Python sees it as an exception of this name with this text
        if (range.first() < 0 || range.first() > range.last()) {
            throw new IllegalArgumentException("no range: " + range.first() + " to " + range.last());
        }
        long primes = 0;
        for (long number = range.first(); number <= range.last(); number++) {
            if (isPrime(number)) {
                primes++;
            }
        }
        return new Counted(primes, ProcessHandle.current().pid());
    }

    private static boolean isPrime(long number) {
        if (number < 4) {
            return number > 1;
        }
        if (number % 2 == 0) {
            return false;
        }
        for (long divisor = 3; divisor * divisor <= number; divisor += 2) {
            if (number % divisor == 0) {
                return false;
            }
        }
        return true;
    }
}
