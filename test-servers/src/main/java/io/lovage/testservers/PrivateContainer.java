package io.lovage.testservers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/**
 * One container that can be started again and again with its data, and frozen or killed in between. Thread-safe; the
 * operations of one container exclude each other. Its ports on 127.0.0.1 stay the same: ports that the engine chose
 * would be others after each start. Testcontainers removes it when this JVM ends, however it ends.
 *
 * <p>The one class that knows Testcontainers: without an engine nothing of it is loaded.
 */
final class PrivateContainer implements Hosting {
    /**
     * What is run.
     *
     * @param name for messages
     * @param ports ports on 127.0.0.1, and the ports inside to which they lead
     * @param files paths inside, and the files here that are copied there
     * @param command the image's own when empty
     */
    record Content(
            String name,
            String image,
            Map<Integer, Integer> ports,
            Map<String, String> environment,
            Map<String, Path> files,
            List<String> command) {}

    private static final Duration KILL_LIMIT = Duration.ofSeconds(20);
    private static final int TERM_SECONDS = 30;
    private static final int READABLE = 0644;
    private static final int TAIL_CHARACTERS = 4_000;

    /** Only we know when the server is ready. */
    private static final class NoWaiting extends AbstractWaitStrategy {
        @Override
        protected void waitUntilReady() {
            // nothing to do
        }
    }

    private final Content content;
    private final GenericContainer<?> container;

    PrivateContainer(Content content) {
        this.content = content;
        this.container = new GenericContainer<>(DockerImageName.parse(content.image()));
    }

    private void configure() {
        container.setPortBindings(content.ports().entrySet().stream()
                .map(port -> "127.0.0.1:" + port.getKey() + ":" + port.getValue())
                .toList());
        container.setWaitStrategy(new NoWaiting());
        content.environment().forEach(container::addEnv);
        content.files().forEach((inside, file) -> container.withCopyToContainer(transferable(file), inside));
        if (!content.command().isEmpty()) {
            container.setCommand(content.command().toArray(String[]::new));
        }
    }

    private static Transferable transferable(Path file) {
        try {
            return Transferable.of(Files.readAllBytes(file), READABLE);
        } catch (IOException e) {
            throw new ServerException("cannot read " + file, e);
        }
    }

    @Override
    public synchronized void start(Duration limit, BooleanSupplier ready) {
        if (isAlive()) {
            throw new IllegalStateException(content.name() + " is already running");
        }
        launch();
        boolean isReady = Waiting.until(limit, () -> !isAlive() || ready.getAsBoolean());
        if (isReady && isAlive()) {
            return;
        }
        String end = isAlive() ? " was not ready within " + limit : " ended while starting";
        String printed = tail();
        kill();
        throw new ServerException(content.name() + " in a container of " + content.image() + end + printed);
    }

    private void launch() {
        try {
            if (exists()) {
                engine().startContainerCmd(id()).exec();
            } else {
                configure();
                container.start();
            }
        } catch (RuntimeException e) { // of Testcontainers or its client of the engine
            throw new ServerException(
                    "cannot start " + content.name() + " in a container of " + content.image() + ": " + reasons(e)
                            + tail(),
                    e);
        }
    }

    /** Testcontainers says what happened in the innermost of several exceptions. */
    private static String reasons(Throwable error) {
        StringBuilder all = new StringBuilder(String.valueOf(error.getMessage()));
        for (Throwable cause = error.getCause(); cause != null; cause = cause.getCause()) {
            all.append("; ").append(cause.getMessage());
        }
        return all.toString();
    }

    // the identifier is null before the first start
    private boolean exists() {
        return container.getContainerId() != null;
    }

    private String id() {
        return container.getContainerId();
    }

    private DockerClient engine() {
        return container.getDockerClient();
    }

    private ContainerState state() {
        return engine().inspectContainerCmd(id()).exec().getState();
    }

    @Override
    public synchronized boolean isAlive() {
        return exists() && Boolean.TRUE.equals(state().getRunning());
    }

    @Override
    public long pid() {
        throw new IllegalStateException(content.name() + " runs in a container: it is no process of this machine");
    }

    @Override
    public synchronized void kill() {
        if (!isAlive()) {
            return;
        }
        resume();
        engine().killContainerCmd(id()).exec();
        if (!Waiting.until(KILL_LIMIT, () -> !isAlive())) {
            throw new ServerException(content.name() + " was killed and is still there");
        }
    }

    @Override
    public synchronized void terminate() {
        if (isAlive()) {
            resume();
            engine().stopContainerCmd(id()).withTimeout(TERM_SECONDS).exec();
        }
    }

    @Override
    public synchronized void freeze() {
        engine().pauseContainerCmd(id()).exec();
    }

    @Override
    public synchronized void resume() {
        if (Boolean.TRUE.equals(state().getPaused())) {
            engine().unpauseContainerCmd(id()).exec();
        }
    }

    @Override
    public synchronized void remove() {
        container.stop();
    }

    @Override
    public synchronized String tail() {
        String all = exists() ? container.getLogs() : "";
        String end = all.length() > TAIL_CHARACTERS ? all.substring(all.length() - TAIL_CHARACTERS) : all;
        return end.isBlank() ? "; it printed nothing" : "; it printed:\n" + end;
    }

    /** Runs a program in the container and returns what it printed on standard output. */
    String run(String... words) {
        try {
            Container.ExecResult result = container.execInContainer(words);
            if (result.getExitCode() != 0) {
                throw new ServerException(String.join(" ", words) + " ended with code " + result.getExitCode()
                        + "; it printed:\n" + result.getStdout() + result.getStderr());
            }
            return result.getStdout();
        } catch (IOException e) {
            throw new ServerException("cannot run " + Arrays.toString(words), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerException("interrupted while running " + words[0], e);
        }
    }
}
