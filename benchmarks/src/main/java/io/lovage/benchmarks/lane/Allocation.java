package io.lovage.benchmarks.lane;

import com.sun.management.ThreadMXBean;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Optional;

/** What the threads of this JVM have put on the heap so far. */
final class Allocation {
    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    private static final Optional<MethodHandle> OF_ALL = ofAll();

    private Allocation() {}

    /** From Java 21 on there is a sum that knows of threads that have ended. */
    private static Optional<MethodHandle> ofAll() {
        try {
            return Optional.of(MethodHandles.publicLookup()
                    .findVirtual(
                            ThreadMXBean.class, "getTotalThreadAllocatedBytes", MethodType.methodType(long.class)));
        } catch (NoSuchMethodException | IllegalAccessException olderJava) {
            return Optional.empty();
        }
    }

    /** Negative where this JVM does not count. */
    static long bytes() {
        if (!THREADS.isThreadAllocatedMemorySupported() || !THREADS.isThreadAllocatedMemoryEnabled()) {
            return Used.UNKNOWN;
        }
        if (OF_ALL.isPresent()) {
            return total(OF_ALL.get());
        }
        long[] each = THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds());
        return Arrays.stream(each).filter(bytes -> bytes > 0).sum();
    }

    private static long total(MethodHandle ofAll) {
        try {
            return (long) ofAll.invoke(THREADS);
        } catch (Throwable e) {
            throw new IllegalStateException("the JVM does not say what it allocated", e);
        }
    }
}
