package io.lovage.tck;

import io.lovage.spi.BackendConfig;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.ServiceUrl;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The process that {@link ChildVictim} starts: takes deliveries, tells so on its standard output, follows commands on
 * its standard input, and ends with it.
 */
public final class VictimWorker {
    static final String URL = "LOVAGE_VICTIM_URL";
    static final String RESULT_URL = "LOVAGE_VICTIM_RESULT_URL";

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private VictimWorker() {}

    static String[] arguments(VictimSpec spec) {
        QueueSpec queue = spec.queue();
        return new String[] {
            queue.name(),
            Long.toString(queue.lease().toMillis()),
            Integer.toString(queue.deliveryLimit()),
            queue.deadLetterQueue(),
            Integer.toString(spec.take())
        };
    }

    /**
     * Arguments: queue, lease in ms, delivery limit, dead-letter queue, how many to take. URLs are in the environment.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        QueueSpec queue = new QueueSpec(
                args[0], Duration.ofMillis(Long.parseLong(args[1])), Integer.parseInt(args[2]), args[3], Set.of());
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        ServiceUrl url = ServiceUrl.parse(System.getenv(URL));
        try (KitTime time = KitTime.exact();
                Broker broker = Services.broker(url).connect(config(url, time));
                ResultBackend results = results(broker, url, time)) {
            VictimSession session =
                    new VictimSession(broker, results, VictimSpec.of(queue, Integer.parseInt(args[4])), out::println);
            Thread taker = KitThreads.of("victim").named("take").newThread(() -> take(session));
            taker.start();
            follow(session);
        }
    }

    private static void take(VictimSession session) {
        try {
            session.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The end of the input is the end of who started this process: it must not outlive its test. */
    private static void follow(VictimSession session) throws IOException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            session.command(line);
        }
        session.stop();
    }

    private static BrokerConfig config(ServiceUrl url, KitTime time) {
        return new BrokerConfig(url, "victim", TIMEOUT, TIMEOUT, time, KitThreads.of("victim"));
    }

    private static ResultBackend results(Broker broker, ServiceUrl brokerUrl, KitTime time) {
        ServiceUrl url = ServiceUrl.parse(Optional.ofNullable(System.getenv(RESULT_URL))
                .orElseGet(() -> Services.broker(brokerUrl).ownResultBackend(brokerUrl)));
        BackendConfig config = new BackendConfig(url, "victim", TIMEOUT, time, KitThreads.of("victim"));
        return Services.results(url, broker).connect(config, broker);
    }
}
