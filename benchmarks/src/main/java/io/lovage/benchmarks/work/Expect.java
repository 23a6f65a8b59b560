package io.lovage.benchmarks.work;

/** What makes a measurement invalid. */
final class Expect {
    private Expect() {}

    static void equal(String what, long expected, long actual) {
        if (expected != actual) {
            throw new IllegalStateException(what + ": expected " + expected + ", found " + actual);
        }
    }
}
