package io.lovage.benchmarks.latency;

import java.io.IOException;

/** One variant, ready to be measured. Used by one thread. */
interface Probe extends AutoCloseable {
    /**
     * The most that goes through, in tasks/s, when it has stopped rising; asked once and first.
     *
     * @param sliceMillis how long one look takes
     * @param mostSlices how many looks there are at most
     */
    double maximum(int sliceMillis, int mostSlices) throws IOException;

    Answer measure(Point point) throws IOException;

    @Override
    void close() throws IOException;
}
