package io.lovage.kafka;

import io.lovage.internal.time.NamedThreads;
import io.lovage.internal.time.SystemTime;
import io.lovage.spi.ServiceUrl;
import java.time.Duration;

/** A process that moves delayed messages, to be killed. */
final class MovingProcess {
    private MovingProcess() {}

    /**
     * Moves until it is killed.
     *
     * @param arguments the URL
     */
    public static void main(String[] arguments) {
        NamedThreads threads = new NamedThreads("moving");
        SystemTime time = new SystemTime(threads);
        KafkaOptions options = KafkaOptions.of(ServiceUrl.parse(arguments[0]));
        Cluster cluster = Cluster.of(options.client(), "moving", Duration.ofSeconds(30), options.heartbeat());
        Delays delays = new Delays(
                options,
                new Delays.Surroundings(
                        cluster,
                        new Topics(cluster, time),
                        new DeadTopics(options.topics().names()),
                        "moving",
                        time,
                        threads));
        delays.startMoving();
        System.out.println("moving");
        while (true) {
            try {
                Thread.currentThread().join(); // for ever
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
