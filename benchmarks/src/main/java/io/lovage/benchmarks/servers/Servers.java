package io.lovage.benchmarks.servers;

import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Level;
import java.io.IOException;

/** Where the servers of a run come from. Used by one thread. */
public interface Servers extends AutoCloseable {
    /**
     * The server for this contender at this level. One that was given before may be gone then.
     *
     * @throws IOException when there is none, or it is not what is wanted
     */
    Server at(Contender contender, Level level) throws IOException;

    @Override
    void close();
}
