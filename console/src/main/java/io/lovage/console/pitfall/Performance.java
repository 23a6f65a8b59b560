package io.lovage.console.pitfall;

import io.lovage.console.Stopwatch;
import io.lovage.examples.pitfall.LongTask;
import io.lovage.examples.pitfall.Timeline;
import io.lovage.spi.QueueSpec;
import java.io.PrintWriter;
import java.util.Optional;

/** Plays the scene twice, without and with renewal, and says how often the task ran. */
final class Performance {
    private static final String QUEUE = "lovage-pitfall";

    private final Stage stage;
    private final PrintWriter out;
    private final Timeline timeline;

    Performance(Stage stage, PrintWriter out) {
        this.stage = stage;
        this.out = out;
        this.timeline = new Timeline(Stopwatch.started()::nanos, this::show);
    }

    private void show(String line) {
        out.println(line);
        out.flush();
    }

    /** Whether it came out as it must: twice without renewal, once with it. */
    boolean run() throws InterruptedException {
        int without = play(false);
        int with = play(true);
        show("without renewal: " + times(without));
        show("with renewal: " + times(with));
        return without == 2 && with == 1;
    }

    private int play(boolean renew) throws InterruptedException {
        Optional<Stage.Bare> bare = renew ? Optional.empty() : stage.bare();
        timeline.title((renew ? "with" : "without") + " renewal: " + stage.limit() + ", the task runs "
                + stage.length().toSeconds() + " s, two workers" + (bare.isPresent() ? " of the bare client" : ""));
        QueueSpec queue = QueueSpec.of(QUEUE).withLease(stage.lease());
        LongTask.Outcome outcome = bare.isPresent()
                ? bare.get().play(queue, stage.length(), timeline)
                : new LongTask(new LongTask.Scene(stage.brokerUrl(), queue, stage.length(), renew), timeline).play();
        return outcome.executions();
    }

    private static String times(int executions) {
        return executions + (executions == 1 ? " execution" : " executions");
    }
}
