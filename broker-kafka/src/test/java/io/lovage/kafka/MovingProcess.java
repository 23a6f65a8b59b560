package io.lovage.kafka;

import io.lovage.internal.time.NamedThreads;
import io.lovage.internal.time.SystemTime;
import io.lovage.spi.ServiceUrl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A process that moves delayed messages, to be killed; it tells its heap in use when it gets a line. */
final class MovingProcess {
    private MovingProcess() {}

    /**
     * Moves until it is killed, or nobody can give it a line any more.
     *
     * @param arguments the URL
     */
    public static void main(String[] arguments) throws IOException {
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
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (orders.readLine() != null) {
            System.gc();
            Runtime heap = Runtime.getRuntime();
            System.out.println("heap " + (heap.totalMemory() - heap.freeMemory()));
        }
    }
}
