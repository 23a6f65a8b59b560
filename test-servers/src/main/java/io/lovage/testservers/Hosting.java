package io.lovage.testservers;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** What one server runs in: a process of this machine, or a container. Thread-safe. */
interface Hosting {
    /**
     * Starts it and returns when it is ready. It is killed when it is not ready within the limit.
     *
     * @throws ServerException when it ends or is not ready, with what it printed
     */
    void start(Duration limit, BooleanSupplier ready);

    boolean isAlive();

    /**
     * The number this machine's system gave the running program.
     *
     * @throws IllegalStateException when it is not running, or not as a process of this machine
     */
    long pid();

    /** Ends it at once, as {@code kill -9} does, and returns when it is gone. Harmless when it is not running. */
    void kill();

    /** Asks it to end, kills it when it does not, and returns when it is gone. Harmless when it is not running. */
    void terminate();

    /** Stops it where it stands; the system answers for its sockets as before. */
    void freeze();

    /** Lets it go on. */
    void resume();

    /** The last lines it printed, on lines of their own. */
    String tail();

    /** Gives back what it holds beyond its life. It has ended, and is not started again. */
    void remove();
}
