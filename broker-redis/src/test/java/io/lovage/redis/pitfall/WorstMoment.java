package io.lovage.redis.pitfall;

import io.lovage.testservers.FaultProxy;
import io.lovage.testservers.VictimProcess;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/**
 * Kills workers at the worst moment there is: the server has given the message away, and the answer with it is still on
 * its way. To hit it every time, what the server says is delayed by a proxy, and the kill comes as soon as the message
 * is gone from the queue.
 */
final class WorstMoment {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(5);
    /** How long the answer is on its way; much longer than it takes to kill a process. */
    private static final Duration ON_ITS_WAY = Duration.ofMillis(400);

    private WorstMoment() {}

    /** A worker that is ready to take, behind a proxy of its own. */
    record Doomed(VictimProcess process, FaultProxy proxy) implements AutoCloseable {
        /** Starts the program; its first argument becomes the URL by way of the proxy. */
        static Doomed start(Class<?> program, StoryRedis redis, List<String> arguments) {
            FaultProxy proxy = FaultProxy.to(redis.server().port());
            String url = proxy.url(redis.server().url());
            String[] all = new String[arguments.size() + 1];
            all[0] = url;
            for (int i = 0; i < arguments.size(); i++) {
                all[i + 1] = arguments.get(i);
            }
            return new Doomed(VictimProcess.start(program, all), proxy);
        }

        @Override
        public void close() {
            process.close();
            proxy.close();
        }
    }

    /**
     * Lets it take, and kills it.
     *
     * @param publish puts one message into its queue
     * @param gone whether the server has given the message away
     * @return false when the machine was so busy that the worker had already heard of the message
     */
    static boolean kill(Doomed doomed, Runnable publish, BooleanSupplier gone) throws InterruptedException {
        doomed.process().awaitLine(Lifeline.READY, PATIENCE);
        doomed.process().send("take");
        doomed.process().awaitLine(Lifeline.TAKING, PATIENCE);
        doomed.proxy().delay(FaultProxy.Direction.TO_CLIENT, ON_ITS_WAY);
        publish.run();
        Awaitility.await("the message to be given away")
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(LOOK_EVERY)
                .until(gone::getAsBoolean);
        doomed.process().kill();
        return !doomed.process().lines().contains(Lifeline.TAKEN);
    }
}
