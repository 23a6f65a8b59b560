package io.lovage;

/** The tasks of an application, for {@code lovage worker -A}: a public class with a public no-argument constructor. */
public interface TaskSet {
    /** Adds the handlers; called once for each worker that is built. */
    void register(Worker.Builder worker);
}
