package io.lovage.interop;

import io.lovage.console.LovageCommand;
import io.lovage.testservers.VictimProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A Java worker as an operator starts it: {@code lovage worker}, in a process of its own. */
final class CommandLineWorker {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private CommandLineWorker() {}

    /** Starts one, and returns when it takes tasks. */
    static VictimProcess start(Wiring wiring, Class<?> tasks, Map<String, String> environment, String... options)
            throws InterruptedException {
        List<String> words = new ArrayList<>(List.of(
                "worker", "-A", tasks.getName(), "-b", wiring.brokerForJava(), "-r", wiring.results(), "-l", "warn"));
        words.addAll(Arrays.asList(options));
        VictimProcess process = VictimProcess.start(
                new VictimProcess.Program(LovageCommand.class.getName(), words, List.of(), environment));
        process.awaitLine("ready ", START_LIMIT);
        return process;
    }
}
