package io.lovage.interop;

import io.lovage.Task;
import io.lovage.TaskSet;
import io.lovage.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The Java half of a task that both languages have; for {@code lovage worker -A}. The other half is in peer.py. */
public final class SharedTasks implements TaskSet {
    private static final int PAUSE_MILLIS = 20;

    private final SharedFolder folder = new SharedFolder(Path.of(System.getenv(SharedFolder.VARIABLE)));

    @Override
    public void register(Worker.Builder worker) {
        worker.handle(Task.of("shared.count", Integer.class, Void.class), (number, context) -> count(number));
    }

    /** Tells in a file that it ran; waits before that while the test wants workers to hold what they have. */
    private @Nullable Void count(int number) throws IOException, InterruptedException {
        if (Files.exists(folder.hold())) {
            folder.tellHeld(SharedFolder.JAVA, number);
            while (Files.exists(folder.hold())) {
                boolean unused = new CountDownLatch(1).await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
        folder.tellRan(SharedFolder.JAVA, number);
        return null;
    }
}
