package io.lovage.spi;

import java.util.concurrent.ThreadFactory;

/** Where all threads come from, so that each carries the name of its owner and its role. Thread-safe. */
@FunctionalInterface
public interface Threads {
    /** A factory of daemon threads named {@code <owner>-<role>-<n>}. */
    ThreadFactory named(String role);
}
