package io.lovage.redis.pitfall;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.Worker;
import io.lovage.spi.QueueSpec;
import io.lovage.testservers.FaultProxy;
import io.lovage.testservers.VictimProcess;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A worker that is frozen past its lease while it runs a task, and thaws when another one has done it. */
@Execution(ExecutionMode.CONCURRENT)
class FrozenWorkerTest {
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final String RESULT = "of the other worker";

    private final StoryRedis redis = new StoryRedis();
    private final String url = redis.server().url();
    private final QueueSpec queue = QueueSpec.of("frozen-" + UUID.randomUUID()).withLease(LEASE);

    @AfterEach
    void close() {
        for (String name : List.of(queue.name(), queue.deadLetterQueue())) {
            redis.commands().del("lovage:{" + name + "}:queue");
        }
        redis.close();
    }

    /** The handler ends after the loss was heard: nothing is written at all. */
    @Test
    @DisplayName("R4.5 a frozen worker that has heard of its loss writes nothing, says so once and counts it")
    void whatHasHeardOfItsLossWritesNothing() throws InterruptedException {
        Thawed thawed = freeze(true);

        assertThat(thawed.count("leaseLost")).isEqualTo(1);
        assertThat(thawed.count("lateResultsRefused")).isZero();
        assertThat(thawed.log("the lease of message " + thawed.id() + " of queue '" + queue.name() + "' was lost"))
                .hasSize(1);
        isRefused(thawed);
    }

    /**
     * The handler has ended when the worker thaws, and what the broker says about the lease is held up until the result
     * was tried. The worker waits a second for the broker's answer: on a machine that needs longer to store a result it
     * hears of the loss first. Refused it is in either way, and said once.
     */
    @Test
    @DisplayName(
            "R4.5, R11.6 the late result and the late settlement of a frozen worker are refused, said once, counted")
    void theLateResultAndTheLateSettlementAreRefused() throws InterruptedException {
        Thawed thawed = freeze(false);

        assertThat(thawed.count("leaseLost")).isEqualTo(1);
        assertThat(thawed.count("lateResultsRefused")).isBetween(0L, 1L);
        isRefused(thawed);
    }

    private void isRefused(Thawed thawed) {
        assertThat(thawed.count("taken")).isEqualTo(1);
        assertThat(thawed.count("succeeded")).isZero();
        assertThat(thawed.log("was lost").size() + thawed.log("came too late").size())
                .as("lines of the log: %s", thawed.errors())
                .isEqualTo(1);
        assertThat(redis.commands().get("celery-task-meta-" + thawed.id()))
                .contains("\"SUCCESS\"", RESULT)
                .doesNotContain(FrozenVictim.RESULT);
        String ours = "lovage:{" + queue.name() + "}:";
        assertThat(redis.commands()
                        .exists(
                                queue.name(),
                                ours + "leases",
                                ours + "held",
                                ours + "counts",
                                ours + "delayed",
                                queue.deadLetterQueue(),
                                "lovage:{celery-task-meta-" + thawed.id() + "}:fence"))
                .isZero();
    }

    /** What came of the frozen worker. */
    private record Thawed(String id, String stats, List<String> errors) {
        long count(String name) {
            Matcher matcher = Pattern.compile("[\\[ ]" + name + "=(\\d+)").matcher(stats);
            assertThat(matcher.find()).as("%s in %s", name, stats).isTrue();
            return Long.parseLong(matcher.group(1));
        }

        List<String> log(String text) {
            return errors.stream().filter(line -> line.contains(text)).toList();
        }
    }

    private Thawed freeze(boolean waitsForTheLoss) throws InterruptedException {
        try (Lovage lovage =
                        Lovage.builder().broker(url).results(url).name("other").build();
                FaultProxy proxy = FaultProxy.to(redis.server().port());
                VictimProcess frozen = VictimProcess.start(
                        FrozenVictim.class, proxy.url(url), queue.name(), Long.toString(LEASE.toMillis()), url)) {
            frozen.awaitLine(Lifeline.READY, StoryBroker.PATIENCE);
            AsyncResult<String> result =
                    lovage.send(FrozenVictim.TASK.with(waitsForTheLoss).queue(queue.name()));
            frozen.awaitLine(Lifeline.TAKEN, StoryBroker.PATIENCE);
            frozen.freeze();
            if (!waitsForTheLoss) {
                frozen.send("end"); // it is read in the moment of thawing
                proxy.blackHole(FaultProxy.Direction.TO_CLIENT);
            }
            Worker other = lovage.worker()
                    .queue(queue, 1)
                    .concurrency(1)
                    .handle(FrozenVictim.TASK, (waits, context) -> RESULT)
                    .start();
            assertThat(result.get(StoryBroker.PATIENCE)).isEqualTo(RESULT);
            assertThat(other.stop(StoryBroker.PATIENCE)).isEqualTo(Worker.Shutdown.FINISHED);
            assertThat(other.stats().succeeded()).isEqualTo(1);

            frozen.resume();
            if (waitsForTheLoss) {
                frozen.awaitLine(FrozenVictim.LOST, StoryBroker.PATIENCE);
                frozen.send("end");
            }
            Awaitility.await("a line about it")
                    .atMost(StoryBroker.PATIENCE)
                    .until(() -> frozen.errors().stream().anyMatch(line -> line.contains("WARN")));
            proxy.pass();
            frozen.send("stop");
            String stats = frozen.awaitLine(FrozenVictim.STATS, StoryBroker.PATIENCE);
            frozen.awaitExit(StoryBroker.PATIENCE);
            Thawed thawed = new Thawed(result.id(), stats, frozen.errors());
            redis.tell("frozen past its lease, thawed: " + stats + "; the log: " + thawed.log("WARN"));
            return thawed;
        }
    }
}
