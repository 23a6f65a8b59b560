package io.lovage.kafka;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices what becomes of a topic that is read. A client whose topic is gone asks its server again and again, as fast
 * as it can, and tells nobody; nor does it read partitions that come later. One answer may come from a broker that has
 * not heard of the topic yet, so that what it says counts when the next one says the same; but none makes an id up.
 * Thread-safe.
 */
final class TopicChanges {
    private static final Logger log = LoggerFactory.getLogger(TopicChanges.class);

    /** What has become of the topic since it is read. */
    enum Change {
        NONE,
        /** Somebody has given it more partitions. */
        WIDENED,
        /** It is gone, or another one of the same name. */
        GONE
    }

    private final Topics topics;
    private final Runnable whenChanged;
    /** The ids that topics of this name have had. */
    private final Set<Uuid> ids = ConcurrentHashMap.newKeySet();
    /** At first, and when the topic is made again since it is gone. */
    private volatile boolean expectsNewId = true;

    private volatile Change seen = Change.NONE;
    /** For what the reading is to begin anew. */
    private volatile Change restart = Change.NONE;

    /** {@code whenChanged} wakes the one who reads: {@link #take} tells him why. */
    TopicChanges(Topics topics, Runnable whenChanged) {
        this.topics = topics;
        this.whenChanged = whenChanged;
    }

    /** Asks for the topic; what is answered counts later. */
    void look(ResultReader.Spec spec) {
        topics.missing(Set.of(spec.topic())).whenComplete((missing, failure) -> {
            Change last = seen;
            boolean another = failure == null && missing.isEmpty() && isAnother(spec.topic());
            Change now = another ? Change.GONE : failure == null ? change(spec, !missing.isEmpty()) : Change.NONE;
            seen = now;
            if (now != Change.NONE && (another || now == last)) {
                expectsNewId = !missing.isEmpty();
                beginAnew(spec.topic(), now);
            }
        });
    }

    private boolean isAnother(String topic) {
        Optional<Uuid> id = topics.id(topic);
        if (id.isEmpty() || !ids.add(id.get())) {
            return false;
        }
        boolean another = !expectsNewId;
        expectsNewId = false;
        return another;
    }

    private Change change(ResultReader.Spec spec, boolean missing) {
        int count = topics.known(spec.topic()).orElse(spec.least());
        if (missing || count < spec.least()) {
            return Change.GONE;
        }
        return spec.whole() && count > spec.least() ? Change.WIDENED : Change.NONE;
    }

    private void beginAnew(String topic, Change why) {
        if (why == Change.GONE) {
            log.warn(
                    "topic {} is gone, or was made anew, and with it the results that were not read; it is made again"
                            + " if need be, and read from its beginning",
                    topic);
        } else {
            log.info("topic {} has more partitions than it had; they are read, too", topic);
        }
        restart = why;
        whenChanged.run();
    }

    /** For what the reading begins anew; told once. */
    Change take() {
        Change why = restart;
        restart = Change.NONE;
        if (why != Change.NONE) {
            seen = Change.NONE;
        }
        return why;
    }
}
