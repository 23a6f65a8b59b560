package io.lovage.tck;

import io.lovage.spi.BackendConfig;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.ResultBackend;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the author of a broker supplies to the kit: where the broker is, and the faults that can be produced on it. One
 * harness serves all tests of one test class, several at once: thread-safe.
 *
 * <p>A fault that the harness cannot produce is an empty {@code Optional}; the rules that need it then fail until they
 * are declared as limits, see {@link DeclaredLimits}. Nothing is skipped silently.
 */
public interface BrokerHarness extends AutoCloseable {
    /** The column in the conformance table: {@code memory}, {@code rabbitmq}. */
    String column();

    /** What tells this run from others of the same column: {@code quorum}, {@code classic}; {@code default}. */
    default String variant() {
        return "default";
    }

    /** Whether what comes out stands in the conformance table; false for a variant that only long runs have. */
    default boolean isInTable() {
        return true;
    }

    /** Where the broker is, with the options of this variant; the module that serves it is on the class path. */
    String url();

    /** The result backend; the broker's own when empty. */
    default Optional<String> resultUrl() {
        return Optional.empty();
    }

    /** Connects; overridden only by a broker that the {@code ServiceLoader} cannot find. */
    default Broker connect(BrokerConfig config) {
        return Services.broker(config.url()).connect(config);
    }

    /** Connects to the result backend, by {@link #resultUrl} or the broker's own. */
    default ResultBackend connectResults(BackendConfig config, Broker broker) {
        return Services.results(config.url(), broker).connect(config, broker);
    }

    /** A queue of this variant. The name is new and random; the kit deletes the queue. */
    default QueueSpec queue(String name) {
        return QueueSpec.of(name);
    }

    /** The limit of every wait for something that must happen; generous, since it only ends what has failed. */
    default Duration patience() {
        return Duration.ofSeconds(60);
    }

    /** Starts a worker that can be killed; a child JVM that runs {@link VictimWorker}, unless overridden. */
    default Victim startVictim(VictimSpec spec) {
        return ChildVictim.start(url(), resultUrl(), spec, patience());
    }

    /**
     * The steps inside of AckAfter at which {@link #startVictim} can crash a worker, by names of the harness's own; the
     * kit runs the crash test of rule R3.8 at each. Without any it cuts the connection after every so many bytes, which
     * needs {@link #network}.
     */
    default List<String> crashSteps() {
        return List.of();
    }

    /** Faults of the network between a client and the broker. */
    default Optional<NetworkFaults> network() {
        return Optional.empty();
    }

    /** Faults of the broker itself. The kit runs tests that use them alone. */
    default Optional<ServerFaults> server() {
        return Optional.empty();
    }

    /** A URL of the right scheme where nothing answers, holding the password {@link #SECRET}. */
    default Optional<String> deadUrl() {
        return Optional.empty();
    }

    /**
     * URLs that the broker refuses: wrong password, wrong virtual host, missing permission. Passwords are
     * {@link #SECRET}.
     */
    default List<Refusal> refusals() {
        return List.of();
    }

    /** Servers whose TLS certificates are and are not to be trusted. */
    default Optional<TlsUrls> tls() {
        return Optional.empty();
    }

    /**
     * Creates, with the broker's own means, a queue of this name that exists and lacks something, and returns a spec
     * that requires it (rule R1.7). Empty when nothing that a spec can require is ever missing.
     */
    default Optional<QueueSpec> createLacking(String name) {
        return Optional.empty();
    }

    /**
     * Puts garbage into a queue with the broker's own means: envelopes and headers that {@code publish} would never
     * write (rule R10.6). Says how many messages it put; 0 where a message is all there is.
     */
    default int putGarbage(QueueSpec queue) {
        return 0;
    }

    /**
     * Where the kit holds deliveries for long (rule R4.2): a server of this variant that is set to lose its patience
     * soon with what is not settled, when the broker has such a limit; otherwise {@link #url}, without a limit.
     */
    default Patience shortestPatience() {
        return new Patience(url(), Duration.ZERO);
    }

    /**
     * Bytes that the broker holds for these queues and for all that is behind them, in memory or on disk (rule R10.7);
     * empty when it cannot be measured.
     */
    default OptionalLong storedBytes(List<QueueSpec> queues) {
        return OptionalLong.empty();
    }

    /** Stops what the harness started. */
    @Override
    void close();

    /**
     * The password in the URLs of {@link #deadUrl} and {@link #refusals}; the kit looks for it where it must not be.
     */
    String SECRET = "s3cr3t-of-the-kit";

    /**
     * A server that may lose its patience with a delivery that is held.
     *
     * @param url where, with the options of this variant, and with those that tell the module of the limit
     * @param limit after which the server would give the delivery to somebody else; zero when it never does
     */
    record Patience(String url, Duration limit) {}

    /** A URL that the broker refuses, and why: {@code wrong password}. */
    record Refusal(String why, String url) {}

    /**
     * URLs of a server that speaks TLS.
     *
     * @param trusted with whatever options make its certificate trusted
     * @param untrusted the same server without them: must be refused
     */
    record TlsUrls(String trusted, String untrusted) {}
}
