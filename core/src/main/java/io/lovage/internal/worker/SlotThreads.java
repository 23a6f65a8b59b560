package io.lovage.internal.worker;

import io.lovage.spi.Threads;
import java.util.concurrent.ThreadFactory;

/**
 * Threads for the slots: virtual ones where the JVM has them (21 and newer), platform threads otherwise. The code is
 * compiled for 17, hence the reflection; this is the one place that knows of the difference.
 */
final class SlotThreads {
    private SlotThreads() {}

    /** Named {@code <owner>-<worker>-slot-<n>}, as platform threads are. */
    static ThreadFactory create(String owner, String worker, Threads platform) {
        if (Runtime.version().feature() < 21) {
            return platform.named(worker + "-slot");
        }
        try {
            Class<?> builderType = Class.forName("java.lang.Thread$Builder");
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Object named = builderType
                    .getMethod("name", String.class, long.class)
                    .invoke(builder, owner + "-" + worker + "-slot-", 1L);
            return (ThreadFactory) builderType.getMethod("factory").invoke(named);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM says it has virtual threads, and has none", e);
        }
    }
}
