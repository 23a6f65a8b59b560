package io.lovage.kafka;

import io.lovage.spi.ConfigurationException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a group may come beyond a message that is not settled. Kafka counts from the oldest of them to the newest
 * that was handed out, also what is settled in between: a task that runs for long stops its partition after that many
 * others. So it is set to the most that the brokers allow. Thread-safe.
 */
final class GroupSpan {
    private static final Logger log = LoggerFactory.getLogger(GroupSpan.class);
    private static final String SPAN = "share.partition.max.record.locks";
    /** The most that brokers can be set to allow, and what they allow by default. */
    private static final List<Integer> WANTED = List.of(10_000, 4_000);

    private final AtomicBoolean told = new AtomicBoolean();
    private final Cluster cluster;

    GroupSpan(Cluster cluster) {
        this.cluster = cluster;
    }

    /** {@code existing}: the settings of the group; brokers that do not know this one do not name it. */
    void widen(String group, Optional<Config> existing) {
        Optional<Integer> present = existing.map(config -> config.get(SPAN))
                .map(ConfigEntry::value)
                .filter(value -> value.matches("\\d{1,9}"))
                .map(Integer::valueOf);
        if (present.isEmpty() || present.get() >= WANTED.get(WANTED.size() - 1)) {
            return;
        }
        for (int wanted : WANTED) {
            if (isSet(group, wanted)) {
                return;
            }
        }
        if (told.compareAndSet(false, true)) {
            log.warn(
                    "a task that runs for long stops queues after {} further messages, since the brokers' setting"
                            + " group.share.max.partition.max.record.locks allows no more",
                    present.get());
        }
    }

    private boolean isSet(String group, int wanted) {
        AlterConfigOp set =
                new AlterConfigOp(new ConfigEntry(SPAN, Integer.toString(wanted)), AlterConfigOp.OpType.SET);
        try {
            cluster.get(
                    "set up share group '" + group + "'",
                    cluster.admin()
                            .incrementalAlterConfigs(Map.of(Queues.groupOf(group), List.of(set)))
                            .all());
            return true;
        } catch (ConfigurationException e) {
            log.debug("{} of share group '{}' cannot be {}", SPAN, group, wanted, e);
            return false;
        }
    }
}
