package io.lovage.tck;

/** Faults of the broker itself. Each call returns when it is done; the broker answers at its old URL afterwards. */
public interface ServerFaults {
    /** Stops in good order, then starts with its data. */
    void restart();

    /** Kills ({@code kill -9}), then starts with its data. */
    void killAndStart();
}
