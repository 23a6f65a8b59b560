package io.lovage.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The names of all keys. A queue's list is Celery's own: the name of the queue. Everything of ours lies beside it under
 * {@code lovage:{queue}:}, never in kombu's {@code unacked}. In a cluster the list is ours as well: all keys of a queue
 * must share a slot there. Thread-safe.
 */
final class KeySpace {
    /** Between the name of a queue and the step of a priority, in Celery's lists. */
    private static final String SEPARATOR = "\u0006\u0016";

    /** Celery's steps, the first to be taken first. */
    private static final int[] CELERY_STEPS = {0, 3, 6, 9};

    private static final int HIGHEST = 9;
    private static final String OWN = "lovage:{";

    private final ConcurrentHashMap<String, QueueKeys> known = new ConcurrentHashMap<>();
    private final String prefix;
    private final boolean cluster;
    private final boolean celeryPriorities;

    KeySpace(String prefix, boolean cluster, boolean celeryPriorities) {
        this.prefix = prefix;
        this.cluster = cluster;
        this.celeryPriorities = celeryPriorities;
    }

    /** The keys of a queue, whose name was checked before (rule R12.4). */
    QueueKeys queue(String name) {
        return known.computeIfAbsent(name, this::make);
    }

    /** The key that exists while a queue of this name does; for names of which there are many, and that are none. */
    byte[] existenceOf(String name) {
        return bytes(own(name) + "queue");
    }

    private String own(String name) {
        return prefix + OWN + name + "}:";
    }

    /** The name of the queue to which a key of ours belongs, which may stand within a text. */
    static String queueOf(String text) {
        int begin = text.indexOf(OWN) + OWN.length();
        return text.substring(begin, text.indexOf("}:", begin));
    }

    private QueueKeys make(String name) {
        String own = own(name);
        byte[] base = bytes(cluster ? own + "ready" : prefix + name);
        byte[][] fixed = {
            bytes(own + "queue"),
            bytes(own + "leases"),
            bytes(own + "held"),
            bytes(own + "counts"),
            bytes(own + "delayed"),
            bytes(own + "wake")
        };
        return new QueueKeys(
                name, fixed, base, celeryPriorities ? celeryLists(name, base) : ownLists(own, base), !celeryPriorities);
    }

    private byte[][] celeryLists(String name, byte[] base) {
        byte[][] lists = new byte[HIGHEST + 1][];
        for (int priority = 0; priority <= HIGHEST; priority++) {
            int celerys = HIGHEST - priority;
            int step = 0;
            for (int candidate : CELERY_STEPS) {
                step = candidate <= celerys ? candidate : step;
            }
            byte[] list = step == 0 ? base : bytes(prefix + name + SEPARATOR + step);
            lists[priority] = priority > 0 && Arrays.equals(lists[priority - 1], list) ? lists[priority - 1] : list;
        }
        return lists;
    }

    private static byte[][] ownLists(String own, byte[] base) {
        byte[][] lists = new byte[HIGHEST + 1][];
        lists[0] = base;
        for (int priority = 1; priority <= HIGHEST; priority++) {
            lists[priority] = bytes(own + "p" + priority);
        }
        return lists;
    }

    /** The list in which a client waits for replies: its address, as Celery has it. */
    byte[] reply(String address) {
        return cluster ? bytes(prefix + "lovage:{" + address + "}:reply") : bytes(prefix + address);
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }
}
