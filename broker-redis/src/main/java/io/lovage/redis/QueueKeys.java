package io.lovage.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys of one queue. The arrays are shared: nobody changes them. Immutable.
 *
 * <table>
 * <caption>In the order in which {@code queue.lua} expects them</caption>
 * <tr><td>queue</td><td>hash; exists while the queue does, and says who takes from it</td></tr>
 * <tr><td>leases</td><td>sorted set: id of a lease, by the end of the lease in ms of the server's clock</td></tr>
 * <tr><td>held</td><td>hash: id of a lease to {@code level:count:envelope}</td></tr>
 * <tr><td>counts</td><td>hash: SHA-1 of a waiting envelope to how often it was handed out; of those alone that were
 *     </td></tr>
 * <tr><td>delayed</td><td>sorted set: {@code number:level:count:envelope}, by the time it is due</td></tr>
 * <tr><td>wake</td><td>list of one element while a list of our own holds something: what workers wait on besides the
 *     queue's list</td></tr>
 * <tr><td>lists</td><td>what waits, one list for each level, the highest first</td></tr>
 * </table>
 */
final class QueueKeys {
    private static final int QUEUE = 0;
    private static final int LEASES = 1;
    private static final int HELD = 2;
    private static final int DELAYED = 4;
    private static final int WAKE = 5;
    private static final int LISTS = 6;

    private final String name;
    private final byte[][] fixed;
    private final byte[][] lists;
    private final boolean ownLevels;
    private final byte[][] all;
    private final byte[] allLevels;
    private final char[] levels;
    private final byte[][] baseAlone;

    /**
     * Of one queue.
     *
     * @param lists by priority, from 0 on; neighbours may share one
     * @param ownLevels whether all but the base are lists of our own, on which nobody blocks
     */
    QueueKeys(String name, byte[][] fixed, byte[] base, byte[][] lists, boolean ownLevels) {
        this.name = name;
        this.fixed = fixed;
        this.lists = lists;
        this.ownLevels = ownLevels;
        this.levels = new char[lists.length];
        Map<Character, byte[]> byLevel = new LinkedHashMap<>();
        for (int priority = lists.length - 1; priority >= 0; priority--) {
            boolean shared = priority + 1 < lists.length && lists[priority + 1] == lists[priority];
            levels[priority] = shared ? levels[priority + 1] : (char) ('0' + priority);
            byLevel.putIfAbsent(levels[priority], lists[priority]);
        }
        this.all = joined(byLevel.values().toArray(byte[][]::new));
        StringBuilder codes = new StringBuilder();
        byLevel.keySet().forEach(codes::append);
        this.allLevels = codes.toString().getBytes(StandardCharsets.US_ASCII);
        this.baseAlone = joined(new byte[][] {base});
    }

    private byte[][] joined(byte[][] some) {
        byte[][] joined = Arrays.copyOf(fixed, fixed.length + some.length);
        System.arraycopy(some, 0, joined, fixed.length, some.length);
        return joined;
    }

    String name() {
        return name;
    }

    byte[] queue() {
        return fixed[QUEUE];
    }

    byte[] leases() {
        return fixed[LEASES];
    }

    byte[] held() {
        return fixed[HELD];
    }

    byte[] delayed() {
        return fixed[DELAYED];
    }

    byte[] wake() {
        return fixed[WAKE];
    }

    /** The list in which a message of this priority waits. */
    byte[] list(int priority) {
        return lists[priority];
    }

    /** The list that Python knows, and in which messages without a priority wait. */
    byte[] base() {
        return baseAlone[LISTS];
    }

    /** How scripts call the list of a priority: by the highest priority in it. */
    char level(int priority) {
        return levels[priority];
    }

    /** Whether whoever waits must be woken through {@link #wake} when something is put there. */
    boolean needsWake(int priority) {
        return ownLevels && priority > 0;
    }

    /** The keys for a script. Without priorities in use the base list is all there is to look at. */
    byte[][] keys(boolean withLevels) {
        return withLevels || !ownLevels ? all : baseAlone;
    }

    /** What the lists at the end of {@link #keys} are called, one character for each. */
    byte[] levelsOf(byte[][] keys) {
        return keys == all ? allLevels : BASE_LEVEL;
    }

    private static final byte[] BASE_LEVEL = {'0'};

    /** What a worker blocks on, one connection for each. */
    List<byte[]> waitingKeys(boolean withLevels) {
        if (!ownLevels) {
            return List.of(all).subList(LISTS, all.length);
        }
        List<byte[]> keys = new ArrayList<>();
        keys.add(base());
        if (withLevels) {
            keys.add(wake());
        }
        return keys;
    }
}
