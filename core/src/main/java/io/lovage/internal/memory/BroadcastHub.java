package io.lovage.internal.memory;

import io.lovage.spi.Broadcasts.Source;
import io.lovage.spi.Broadcasts.Target;
import io.lovage.spi.Message;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who listens in a space. Nothing is kept: what is sent goes to those who are there (rule R13.2). Thread-safe. */
final class BroadcastHub {
    private final List<MemoryEar> ears = new CopyOnWriteArrayList<>();

    void add(MemoryEar ear) {
        ears.add(ear);
    }

    void remove(MemoryEar ear) {
        ears.remove(ear);
    }

    void removeAllOf(MemoryBroker owner) {
        ears.removeIf(ear -> ear.isOf(owner));
    }

    void send(Target to, Message message) {
        for (MemoryEar ear : ears) {
            if (concerns(to, ear.source())) {
                ear.hear(message);
            }
        }
    }

    private static boolean concerns(Target to, Source source) {
        return source.fold(
                events -> to instanceof Target.Event event && inGroup(event.key(), events.group()),
                node -> to instanceof Target.EveryNode,
                answers -> to.equals(answers.to()));
    }

    private static boolean inGroup(String key, String group) {
        return group.isEmpty() || key.equals(group) || key.startsWith(group + ".");
    }
}
