package io.lovage.internal.client;

import io.lovage.DeadLetters;
import io.lovage.spi.BrokerAdmin;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.TaskId;
import java.util.List;
import java.util.Optional;

/** The dead letters of one queue. Thread-safe. */
final class DeadLetterDesk implements DeadLetters {
    private static final int FIRST_PAGE = 100;
    private static final int LARGEST_PAGE = 1_000_000;

    private final BrokerAdmin admin;
    private final ResultBackend results;
    private final QueueSpec queue;

    DeadLetterDesk(BrokerAdmin admin, ResultBackend results, QueueSpec queue) {
        this.admin = admin;
        this.results = results;
        this.queue = queue;
    }

    @Override
    public List<DeadLetter> list(int max) {
        return admin.deadLetters(queue, max);
    }

    /** The result is reopened first: a worker may be done before a forget that comes second (rule R9.3). */
    @Override
    public boolean resend(String deadLetterId) {
        Optional<DeadLetter> letter = find(deadLetterId);
        if (letter.isEmpty()) {
            return false;
        }
        taskId(letter.get()).ifPresent(id -> Stages.join(results.forget(id)));
        return admin.resend(queue, deadLetterId);
    }

    private Optional<DeadLetter> find(String deadLetterId) {
        for (int page = FIRST_PAGE; ; page *= 10) {
            List<DeadLetter> letters = admin.deadLetters(queue, page);
            Optional<DeadLetter> found = letters.stream()
                    .filter(letter -> letter.id().equals(deadLetterId))
                    .findFirst();
            if (found.isPresent() || letters.size() < page || page >= LARGEST_PAGE) {
                return found;
            }
        }
    }

    /** Garbage may have no id that is one. */
    private static Optional<TaskId> taskId(DeadLetter letter) {
        Object id = letter.message().header("id");
        try {
            return id instanceof String text ? Optional.of(new TaskId(text)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean discard(String deadLetterId) {
        return admin.discard(queue, deadLetterId);
    }
}
