package io.lovage.tck;

import io.lovage.spi.Settled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** What a victim has told so far, line by line, and the waiting for more. Thread-safe. */
final class VictimLog {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private final List<String> lines = new ArrayList<>();
    private final Duration patience;
    private boolean ended;

    VictimLog(Duration patience) {
        this.patience = patience;
    }

    void add(String line) {
        lock.lock();
        try {
            lines.add(line);
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing will be added any more: who waits need not wait longer. */
    void end() {
        lock.lock();
        try {
            ended = true;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void awaitReady() {
        await("to be ready", told -> told.contains(VictimSession.READY) ? Optional.of(true) : Optional.empty());
    }

    List<String> awaitTaken(int count) {
        return await("to take " + count, told -> {
            List<String> taken = told.stream()
                    .filter(line -> line.startsWith(VictimSession.TAKEN))
                    .map(VictimLog::id)
                    .toList();
            return taken.size() >= count ? Optional.of(taken) : Optional.empty();
        });
    }

    Settled awaitSettled(String id) {
        String answer = awaitWord(VictimSession.SETTLED, id);
        try {
            return Settled.valueOf(answer);
        } catch (IllegalArgumentException e) {
            throw new AssertionError("the victim's settlement of " + id + " failed: " + answer, e);
        }
    }

    boolean awaitStored(String id) {
        return Boolean.parseBoolean(awaitWord(VictimSession.STORED, id));
    }

    void awaitLost(String id) {
        awaitWord(VictimSession.LOST, id);
    }

    /** The word between the kind of the line and the id. */
    private String awaitWord(String kind, String id) {
        return await(
                "to tell " + kind.strip() + " of " + id,
                told -> told.stream()
                        .filter(line -> line.startsWith(kind) && id(line).equals(id))
                        .map(line -> line.substring(kind.length(), line.lastIndexOf(' ') + 1)
                                .strip())
                        .findFirst());
    }

    private static String id(String line) {
        return line.substring(line.lastIndexOf(' ') + 1);
    }

    private <T> T await(String what, Function<List<String>, Optional<T>> found) {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (true) {
                Optional<T> answer = found.apply(lines);
                if (answer.isPresent()) {
                    return answer.get();
                }
                if (ended || left <= 0) {
                    throw new AssertionError(
                            "waited for the victim " + what + (ended ? ", but it is dead" : "") + "; it told " + lines);
                }
                left = grown.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for the victim " + what, e);
        } finally {
            lock.unlock();
        }
    }
}
