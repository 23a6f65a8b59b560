package io.lovage.tck;

import io.lovage.Lovage;
import io.lovage.Worker;
import io.lovage.spi.BackendConfig;
import io.lovage.spi.Broker;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.LeaseModel;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.ServiceUrl;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * What one test works with: connections, queues with random names, takers, victims. Everything made here is ended with
 * the test, the last first. Thread-safe.
 */
final class Trial implements AutoCloseable {
    /**
     * What a bound is exceeded by at most because the machine that runs the tests is busy; bounds are the broker's,
     * this is the kit's.
     */
    static final Duration SLACK = Duration.ofSeconds(2);

    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private final Deque<AutoCloseable> made = new ArrayDeque<>();
    private final BrokerHarness harness;
    private final KitTime time = KitTime.exact();
    private @Nullable Broker broker;
    private String url;

    Trial(BrokerHarness harness) {
        this.harness = harness;
        this.url = harness.url();
        made.push(time);
    }

    BrokerHarness harness() {
        return harness;
    }

    /** A fault of the harness, or a failed test that says what to do about it. */
    <T> T needs(Optional<T> fault, String what) {
        return fault.orElseThrow(() -> new AssertionError("the harness of " + harness.column() + " offers no " + what
                + ": offer it, or declare the limit in " + DeclaredLimits.RESOURCE));
    }

    synchronized <T extends AutoCloseable> T ends(T thing) {
        made.push(thing);
        return thing;
    }

    /** Everything from here on happens at another server of the harness. */
    void moveTo(String otherUrl) {
        if (broker != null) {
            throw new IllegalStateException("the test is connected already");
        }
        url = otherUrl;
    }

    /** The connection of the test itself. */
    synchronized Broker broker() {
        Broker mine = broker;
        if (mine == null) {
            mine = connect();
            broker = mine;
        }
        return mine;
    }

    /** Another connection, as usual. */
    Broker connect() {
        return connect(dial());
    }

    Dial dial() {
        return Dial.to(url);
    }

    Broker connect(Dial dial) {
        KitTime clock = ends(KitTime.off(dial.clockOff()));
        return ends(harness.connect(dial.config(clock)));
    }

    /** The result backend over {@link #broker}. */
    ResultBackend results() {
        return results(broker());
    }

    ResultBackend results(Broker over) {
        ServiceUrl brokerUrl = ServiceUrl.parse(harness.url());
        String url = resultUrl(brokerUrl);
        return ends(harness.connectResults(
                new BackendConfig(ServiceUrl.parse(url), "tck", Duration.ofSeconds(30), time, KitThreads.of("tck")),
                over));
    }

    private String resultUrl(ServiceUrl brokerUrl) {
        return harness.resultUrl().orElseGet(() -> Services.broker(brokerUrl).ownResultBackend(brokerUrl));
    }

    static String newName() {
        return "tck-" + UUID.randomUUID();
    }

    /** A new queue, declared. */
    QueueSpec queue() {
        return queue(spec -> spec);
    }

    QueueSpec queue(UnaryOperator<QueueSpec> change) {
        QueueSpec spec = spec(change);
        broker().declare(spec);
        return spec;
    }

    /** A queue that nobody declares for the test, but that is deleted after it. */
    QueueSpec spec(UnaryOperator<QueueSpec> change) {
        QueueSpec spec = change.apply(harness.queue(newName()));
        Broker deleting = broker();
        ends(() -> {
            deleting.admin().delete(spec);
            deleting.admin().delete(QueueSpec.of(spec.deadLetterQueue()));
        });
        return spec;
    }

    void publish(QueueSpec queue, String... ids) {
        publish(queue, List.of(ids));
    }

    void publish(QueueSpec queue, List<String> ids) {
        Stages.get(broker().publish(Messages.to(queue, ids)), harness.patience());
    }

    /** A consumer of a connection of its own. */
    Taker taker(QueueSpec queue, int prefetch) {
        return taker(connect(), ConsumeSpec.of(queue, prefetch));
    }

    Taker taker(Broker from, ConsumeSpec spec) {
        return ends(new Taker(from.consume(spec), time, harness.patience()));
    }

    Victim victim(VictimSpec spec) {
        return ends(harness.startVictim(spec));
    }

    Lovage lovage() {
        return lovage(builder -> builder);
    }

    Lovage lovage(UnaryOperator<Lovage.Builder> change) {
        Lovage.Builder builder = Lovage.builder().broker(harness.url()).name("tck");
        harness.resultUrl().ifPresent(builder::results);
        return ends(change.apply(builder).build());
    }

    /** Starts it; it stops with the test, without waiting for what runs. */
    Worker start(Worker.Builder builder) {
        Worker worker = builder.grace(Duration.ZERO).start();
        ends(() -> worker.stop(Duration.ZERO));
        return worker;
    }

    KitTime time() {
        return time;
    }

    Duration patience() {
        return harness.patience();
    }

    /** Waits for what must become true. */
    void await(String what, BooleanSupplier condition) {
        Awaitility.await(what)
                .atMost(harness.patience())
                .pollDelay(Duration.ZERO)
                .pollInterval(LOOK_EVERY)
                .until(condition::getAsBoolean);
    }

    /** Lets time pass in which nothing is expected of anybody. */
    void letPass(Duration duration) {
        Awaitility.await("time to pass")
                .pollDelay(duration)
                .atMost(duration.plus(harness.patience()))
                .until(() -> true);
    }

    /** How long after the end of a lease, or of whoever held it, the message comes again at the latest. */
    Duration detection() {
        return broker().capabilities()
                .lease()
                .fold(
                        LeaseModel.UntilDeadline::detection,
                        connected -> broker().capabilities().crashBound());
    }

    boolean leasesHaveDeadlines() {
        return broker().capabilities().lease().fold(deadline -> true, connected -> false);
    }

    @Override
    public void close() {
        List<Exception> failures = new ArrayList<>();
        while (!made.isEmpty()) {
            try {
                made.pop().close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failures.add(e);
            } catch (Exception e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            AssertionError failure = new AssertionError("the test's leftovers could not be ended", failures.get(0));
            failures.stream().skip(1).forEach(failure::addSuppressed);
            throw failure;
        }
    }
}
