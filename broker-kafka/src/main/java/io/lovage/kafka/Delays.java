package io.lovage.kafka;

import io.lovage.spi.BrokerException;
import io.lovage.spi.Threads;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything about delays that a connection has: the way of a delayed message, and who moves it. Thread-safe. */
final class Delays implements DelayRoute, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Delays.class);

    /** What it works with. */
    record Surroundings(
            Cluster cluster,
            Topics topics,
            DeadTopics deadTopics,
            String clientName,
            TimeSource time,
            Threads threads) {}

    private final KafkaOptions options;
    private final Surroundings around;
    private final DelayTopics names;
    private final DelayMover mover;
    private volatile boolean told;

    Delays(KafkaOptions options, Surroundings around) {
        this.options = options;
        this.around = around;
        this.names = new DelayTopics(options.topics(), around.deadTopics());
        around.topics().watch(names.levels(), Delays::tellOfLoss);
        this.mover = new DelayMover(this::newLife, around.threads());
    }

    /** Nobody can bring it back; those who sent it were told that it is held. */
    private static void tellOfLoss(String level) {
        log.error(
                "topic {} was deleted and made anew: the delayed messages that waited in it are lost; nobody but Lovage"
                        + " may delete it",
                level);
    }

    /** Whatever ended the one before, one of the topics may be gone. */
    private DelayMover.Life newLife() {
        names.forget(around.topics());
        names.ensure(around.cluster(), around.topics());
        KafkaLevelLog levels = new KafkaLevelLog(
                options,
                around.clientName(),
                new KafkaLevelLog.Surroundings(names, around.topics(), around.cluster(), around.time()));
        return new DelayMover.Life(levels, new Mover(levels, namesOfTopics(), around.time()));
    }

    private DelayedLetter.Names namesOfTopics() {
        return new DelayedLetter.Names(names::level, options.topics().names(), around.deadTopics());
    }

    @Override
    public Duration longest() {
        return names.longest();
    }

    @Override
    public Duration precision() {
        return names.precision();
    }

    @Override
    public DelayStep first(String topic, Duration delay) {
        return names.first(topic, delay);
    }

    /**
     * With every declaration: who declares a queue may send to it with a delay. Without it all else works.
     *
     * @return why nothing can be delayed; empty when it can
     */
    Optional<String> prepare() {
        try {
            names.ensure(around.cluster(), around.topics());
            return Optional.empty();
        } catch (BrokerException e) {
            if (!told) {
                log.warn("nothing can be delayed: {}", e.getMessage());
            }
            told = true;
            return Optional.of("nothing can be delayed: " + e.getMessage());
        }
    }

    /** With every consumer: this process is ready to move what is delayed, unless told otherwise. Idempotent. */
    void startMoving() {
        if (options.moves()) {
            mover.start();
        }
    }

    /** Idempotent. Somebody else moves then. */
    @Override
    public void close() {
        mover.close();
    }
}
