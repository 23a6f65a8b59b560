package io.lovage.internal.memory;

import io.lovage.spi.BrokerAdmin;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.Message;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.QueueStats;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The operator's view of a space. A dead-letter queue is a queue; its dead letters are what waits in it. */
final class MemoryAdmin implements BrokerAdmin {
    private final MemorySpace space;
    private final MemoryBroker connection;

    MemoryAdmin(MemorySpace space, MemoryBroker connection) {
        this.space = space;
        this.connection = connection;
    }

    @Override
    public QueueStats stats(QueueSpec queue) {
        return locked(() -> {
            MemoryQueue found = space.get(queue.name());
            found.refresh(space.nanos());
            return new QueueStats(
                    OptionalLong.of(found.readyCount()),
                    OptionalLong.of(found.inFlightCount()),
                    OptionalLong.of(found.delayedCount()),
                    OptionalLong.of(dead(queue).count()));
        });
    }

    @Override
    public long purge(QueueSpec queue) {
        return locked(() -> {
            MemoryQueue found = space.get(queue.name());
            found.refresh(space.nanos());
            return found.purge();
        });
    }

    @Override
    public void delete(QueueSpec queue) {
        space.lock.lock();
        try {
            connection.checkOpen();
            MemoryQueue found = space.remove(queue.name());
            if (found != null) {
                found.delete();
            }
        } finally {
            space.lock.unlock();
        }
    }

    @Override
    public List<DeadLetter> deadLetters(QueueSpec queue, int max) {
        return locked(() -> dead(queue)
                .sorted(Comparator.comparingLong(dead -> dead.sequence))
                .limit(max)
                .map(MemoryAdmin::read)
                .toList());
    }

    @Override
    public boolean resend(QueueSpec queue, String deadLetterId) {
        return locked(() -> {
            MemoryQueue target = space.get(queue.name());
            Optional<QueuedMessage> dead = dead(queue, deadLetterId);
            dead.ifPresent(found -> {
                Message again = withoutDeath(found.message).withoutHeader(LovageHeaders.DELIVERY_COUNT);
                target.put(again, found.priority, Duration.ZERO);
                space.get(queue.deadLetterQueue()).remove(found);
            });
            return dead.isPresent();
        });
    }

    @Override
    public boolean discard(QueueSpec queue, String deadLetterId) {
        return locked(() -> {
            Optional<QueuedMessage> dead = dead(queue, deadLetterId);
            dead.ifPresent(found -> space.get(queue.deadLetterQueue()).remove(found));
            return dead.isPresent();
        });
    }

    private <T> T locked(Supplier<T> action) {
        space.lock.lock();
        try {
            connection.checkOpen();
            return action.get();
        } finally {
            space.lock.unlock();
        }
    }

    /** Several queues may share a dead-letter queue; each sees its own. */
    private Stream<QueuedMessage> dead(QueueSpec queue) {
        return space.get(queue.deadLetterQueue())
                .readyMessages()
                .filter(dead -> queue.name().equals(dead.message.header(LovageHeaders.DEAD_QUEUE)));
    }

    private Optional<QueuedMessage> dead(QueueSpec queue, String id) {
        return dead(queue)
                .filter(dead -> id.equals(dead.message.header(LovageHeaders.DEAD_ID)))
                .findFirst();
    }

    private static DeadLetter read(QueuedMessage dead) {
        return new DeadLetter(
                text(dead.message, LovageHeaders.DEAD_ID),
                withoutDeath(dead.message),
                text(dead.message, LovageHeaders.DEAD_REASON),
                Integer.parseInt(text(dead.message, LovageHeaders.DEAD_DELIVERY_COUNT)),
                Optional.of(Instant.parse(text(dead.message, LovageHeaders.DEAD_AT))));
    }

    private static String text(Message message, String header) {
        return String.valueOf(message.header(header));
    }

    private static Message withoutDeath(Message dead) {
        Map<String, @Nullable Object> headers = new LinkedHashMap<>(dead.headers());
        headers.keySet()
                .removeAll(List.of(
                        LovageHeaders.DEAD_ID,
                        LovageHeaders.DEAD_REASON,
                        LovageHeaders.DEAD_QUEUE,
                        LovageHeaders.DEAD_DELIVERY_COUNT,
                        LovageHeaders.DEAD_AT));
        return new Message(headers, dead.properties(), dead.body());
    }
}
