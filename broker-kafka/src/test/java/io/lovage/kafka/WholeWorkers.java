package io.lovage.kafka;

import io.lovage.Lovage;
import io.lovage.fixtures.BrokerFixture;
import io.lovage.fixtures.StepProcess;
import io.lovage.spi.QueueSpec;
import io.lovage.testservers.KafkaOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Clients and workers of one test, as an application has them: by the public API, and in processes to be killed. */
final class WholeWorkers {
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Deque<AutoCloseable> made = new ArrayDeque<>();
    private final String url;
    private int processes;

    WholeWorkers(String url) {
        this.url = url;
    }

    /** A server with the settings of share groups that one has by default: long heartbeats, long locks. */
    static KafkaOptions asItComes() {
        return KafkaOptions.ofDefaults()
                .config("group.share.heartbeat.interval.ms", "5000")
                .config("group.share.min.heartbeat.interval.ms", "5000")
                .config("group.share.min.session.timeout.ms", "45000")
                .config("group.share.min.record.lock.duration.ms", "15000");
    }

    Lovage connect() {
        return connect(url);
    }

    Lovage connect(String to) {
        return ends(Lovage.builder().broker(to).build());
    }

    /** A new queue of default lease and limit. */
    static QueueSpec queue() {
        return QueueSpec.of(BrokerFixture.newName());
    }

    /** A worker in a process of its own, each with its number as result; results go the usual way. */
    StepProcess process(QueueSpec queue, int concurrency) {
        processes++;
        return process(queue, concurrency, "worker-" + processes);
    }

    StepProcess process(QueueSpec queue, int concurrency, String result) {
        return ends(StepProcess.start(url, "rpc://", queue, concurrency, result));
    }

    <T extends AutoCloseable> T ends(T thing) {
        made.push(thing);
        return thing;
    }

    /** For whoever reads the output. */
    static void tell(String line) {
        System.out.println(line);
    }

    void close() throws Exception {
        while (!made.isEmpty()) {
            made.pop().close();
        }
    }
}
