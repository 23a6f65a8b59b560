package io.lovage.benchmarks.latency;

/** What handlers tell about tasks. Thread-safe. */
interface Measurement {
    /** Nothing is measured: whoever comes now is nobody's. */
    Measurement NONE = new Measurement() {
        @Override
        public long taskNanos() {
            return 0;
        }

        @Override
        public void ended(long number, long at) {
            // a task of an earlier measurement, which has called it lost
        }
    };

    /** How long a task takes. */
    long taskNanos();

    /** A handler has come to its end. */
    void ended(long number, long at);
}
