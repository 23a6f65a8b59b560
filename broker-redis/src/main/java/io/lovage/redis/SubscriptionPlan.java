package io.lovage.redis;

import io.lovage.spi.TaskId;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/*
 * One command is on its way at a time, and the next takes all that has gathered meanwhile. So a confirmation can only
 * belong to the command that was sent last: a channel that is left and wanted again within one round trip is never taken
 * for subscribed because of a confirmation that was meant for the time before.
 */
/**
 * Which channels are subscribed, and what is to be sent so that they become those somebody waits for. Not thread-safe.
 */
final class SubscriptionPlan {
    private static final int LONGEST_STEP = 1_000;

    /** A command that subscribes to channels or leaves them. */
    static final class Step {
        private final boolean subscribes;
        private final List<TaskId> tasks;
        private final Set<TaskId> unconfirmed;

        private Step(boolean subscribes, List<TaskId> tasks) {
            this.subscribes = subscribes;
            this.tasks = tasks;
            this.unconfirmed = new HashSet<>(tasks);
        }

        boolean subscribes() {
            return subscribes;
        }

        List<TaskId> tasks() {
            return tasks;
        }
    }

    private final Set<TaskId> subscribed = new HashSet<>();
    private final Set<TaskId> toSubscribe = new LinkedHashSet<>();
    private final Set<TaskId> toLeave = new LinkedHashSet<>();
    private @Nullable Step underWay;
    private boolean lastSubscribed;

    /** Somebody waits for it now. */
    void want(TaskId id) {
        if (!toLeave.remove(id)) {
            toSubscribe.add(id);
        }
    }

    /** Nobody waits for it any more. */
    void leave(TaskId id) {
        if (!toSubscribe.remove(id)) {
            toLeave.add(id);
        }
    }

    /** Whether all that is published on its channel arrives here. */
    boolean isSubscribed(TaskId id) {
        return subscribed.contains(id);
    }

    /** What to send now; nothing while something is on its way. Both kinds have their turn. */
    Optional<Step> next() {
        if (underWay != null || (toSubscribe.isEmpty() && toLeave.isEmpty())) {
            return Optional.empty();
        }
        boolean subscribes = toLeave.isEmpty() || (!toSubscribe.isEmpty() && !lastSubscribed);
        Step step = new Step(subscribes, taken(subscribes ? toSubscribe : toLeave));
        step.tasks().forEach(subscribed::remove);
        lastSubscribed = subscribes;
        underWay = step;
        return Optional.of(step);
    }

    private static List<TaskId> taken(Set<TaskId> from) {
        List<TaskId> taken = from.stream().limit(LONGEST_STEP).toList();
        Iterator<TaskId> first = from.iterator();
        for (int i = 0; i < taken.size(); i++) {
            first.next();
            first.remove();
        }
        return taken;
    }

    /** The server confirmed one channel. Returns the step on its way if that was the last of it. */
    Optional<Step> confirmed(boolean subscribes, TaskId id) {
        Step step = underWay;
        if (step == null || step.subscribes != subscribes || !step.unconfirmed.remove(id)) {
            return Optional.empty();
        }
        if (subscribes) {
            subscribed.add(id);
        }
        if (!step.unconfirmed.isEmpty()) {
            return Optional.empty();
        }
        underWay = null;
        return Optional.of(step);
    }

    /** Whether it is still not confirmed as a whole. */
    boolean isUnderWay(Step step) {
        return step == underWay;
    }

    /** The server refused a command: what is still wanted is tried again. */
    void refused(Step step, Predicate<TaskId> wanted) {
        if (step != underWay) {
            return;
        }
        underWay = null;
        toLeave.removeAll(step.unconfirmed);
        step.unconfirmed.stream().filter(wanted).forEach(toSubscribe::add);
    }

    /** The connection is a new one: nothing is subscribed, and everything that is wanted will be. */
    void begin(Collection<TaskId> wanted) {
        underWay = null;
        subscribed.clear();
        toLeave.clear();
        toSubscribe.clear();
        toSubscribe.addAll(wanted);
    }

    /** How many channels it knows of; for tests of what must not grow. */
    int size() {
        return subscribed.size() + toSubscribe.size() + toLeave.size();
    }
}
