package io.lovage.kafka;

import io.lovage.envelope.Envelope;
import io.lovage.spi.Bytes;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A small model of one partition of a share group: records, locks that end, deliveries that are counted. */
final class SharePartition {
    private static final class Entry {
        private int deliveries;
        private @Nullable Object owner;
        private long lockedUntil;
        private boolean done;
    }

    private final List<Entry> entries = new ArrayList<>();
    private final TimeSource time;
    private Duration lock;

    SharePartition(TimeSource time, Duration lock) {
        this.time = time;
        this.lock = lock;
    }

    Duration lock() {
        return lock;
    }

    /** From now on records are locked for so long: somebody has changed the group. */
    void lockFor(Duration time) {
        lock = time;
    }

    void add(int records) {
        for (int i = 0; i < records; i++) {
            entries.add(new Entry());
        }
    }

    /** Gives up to so many records to a member. */
    List<Taken> acquire(Object member, int most) {
        List<Taken> taken = new ArrayList<>();
        for (int offset = 0; offset < entries.size() && taken.size() < most; offset++) {
            Entry entry = entries.get(offset);
            if (!entry.done && !isLocked(entry)) {
                entry.owner = member;
                entry.lockedUntil = time.nanoTime() + lock.toNanos();
                entry.deliveries++;
                taken.add(new Taken(new Place(0, offset), entry.deliveries, envelope(offset)));
            }
        }
        return taken;
    }

    private boolean isLocked(Entry entry) {
        return entry.owner != null && entry.lockedUntil - time.nanoTime() > 0;
    }

    private static byte[] envelope(int offset) {
        MessageProperties properties = MessageProperties.json(Optional.of("m" + offset), Optional.empty());
        return Envelope.write(new Message(Map.of(), properties, Bytes.utf8("[]")), "queue", 0);
    }

    /** What the server does: all of them, or none when one is not held. */
    boolean acknowledge(Object member, Map<Place, Acknowledgement> all) {
        for (Place place : all.keySet()) {
            Entry entry = entries.get((int) place.offset());
            if (entry.owner != member || !isLocked(entry) || entry.done) {
                return false;
            }
        }
        all.forEach((place, how) -> {
            Entry entry = entries.get((int) place.offset());
            switch (how) {
                case ACCEPT -> entry.done = true;
                case RELEASE -> entry.owner = null;
                case RENEW -> entry.lockedUntil = time.nanoTime() + lock.toNanos();
            }
        });
        return true;
    }

    boolean isDone(int offset) {
        return entries.get(offset).done;
    }

    boolean isFree(int offset) {
        return !entries.get(offset).done && !isLocked(entries.get(offset));
    }

    int deliveries(int offset) {
        return entries.get(offset).deliveries;
    }

    void free(Object member) {
        entries.stream().filter(entry -> entry.owner == member).forEach(entry -> entry.owner = null);
    }
}
