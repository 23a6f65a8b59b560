package io.lovage.testservers;

/**
 * A real server of our own, and what can be done to it. Thread-safe.
 *
 * <p>The port stays the same for the life of the object, over {@link #kill} and {@link #restart}.
 */
public interface TestServer extends AutoCloseable {
    /** Where clients connect, with user and password where the server has them. */
    String url();

    /** The port on 127.0.0.1. */
    int port();

    /** True from start to kill or stop, also while frozen. */
    boolean isRunning();

    /** Ends the server at once, as {@code kill -9} does; its data stays. Returns when it is gone. */
    void kill();

    /** Starts the server again with its data, after {@link #kill} or while it runs. Returns when it answers. */
    void restart();

    /**
     * Stops the process where it stands, as {@code SIGSTOP} does: connections stay open and nothing answers. Returns
     * when every thread of it has stopped.
     */
    void freeze();

    /** Lets a frozen server go on. */
    void resume();

    /** Ends the server in order and removes its data; no process is left. It cannot be started again. Idempotent. */
    void stop();

    /** The same as {@link #stop}. */
    @Override
    default void close() {
        stop();
    }
}
