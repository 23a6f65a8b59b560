package io.lovage.kafka;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of a consumer: one that takes batches or some that take one by one, and those that leave, which take
 * nothing more and end when all they have in hand is settled. Guarded by the lock of its consumer.
 */
final class Roster {
    private final Set<Lane> singles = new HashSet<>();
    private final Set<Lane> leaving = new HashSet<>();
    private final IntFunction<Lane> lanes;
    private @Nullable Lane batch;

    /** {@code lanes} makes one for so many records at once. */
    Roster(IntFunction<Lane> lanes) {
        this.lanes = lanes;
    }

    /** Whether it is to take. */
    boolean isTaking(Lane lane) {
        return lane == batch || singles.contains(lane);
    }

    boolean isBatch(Lane lane) {
        return lane == batch;
    }

    /** Those that are to take. */
    List<Lane> taking() {
        List<Lane> all = new ArrayList<>(singles);
        Lane known = batch;
        if (known != null) {
            all.add(known);
        }
        return all;
    }

    List<Lane> leaving() {
        return List.copyOf(leaving);
    }

    boolean isAnyLeaving() {
        return !leaving.isEmpty();
    }

    boolean isEmpty() {
        return leaving.isEmpty() && singles.isEmpty() && batch == null;
    }

    /** Lets the lane of batches leave; who calls stops it. */
    void dismissBatch() {
        Lane known = batch;
        if (known != null) {
            leaving.add(known);
            batch = null;
        }
    }

    /**
     * Lets those leave that are too many.
     *
     * @param batches whether there may be a lane of batches
     * @param ones how many of one record there may be
     * @return those to be stopped
     */
    List<Lane> dismiss(boolean batches, int ones) {
        List<Lane> surplus = new ArrayList<>();
        Lane known = batch;
        if (known != null && !batches) {
            surplus.add(known);
            batch = null;
        }
        singles.stream().limit(Math.max(0, singles.size() - ones)).forEach(surplus::add);
        surplus.forEach(singles::remove);
        leaving.addAll(surplus);
        return surplus;
    }

    /** Makes the lane of batches, unless there is one. Each new lane is put into {@code fresh}, to be started. */
    void hireBatch(int records, List<Lane> fresh) {
        if (batch == null) {
            Lane lane = lanes.apply(records);
            batch = lane;
            fresh.add(lane);
        }
    }

    /** Makes lanes of one record until there are so many. */
    void hire(int ones, List<Lane> fresh) {
        while (singles.size() < ones) {
            Lane lane = lanes.apply(1);
            singles.add(lane);
            fresh.add(lane);
        }
    }

    /** Whether the server may still give a record to one of them: to any that has none. */
    boolean isAnyFetching() {
        return Stream.concat(taking().stream(), leaving.stream()).anyMatch(lane -> lane.inHand() == 0);
    }

    /** How many records those that leave have in hand. */
    int heldByLeaving() {
        return leaving.stream().mapToInt(Lane::inHand).sum();
    }

    /**
     * Has ended.
     *
     * @return whether it was to take
     */
    boolean remove(Lane lane) {
        boolean taking = isTaking(lane);
        singles.remove(lane);
        leaving.remove(lane);
        if (lane == batch) {
            batch = null;
        }
        return taking;
    }
}
