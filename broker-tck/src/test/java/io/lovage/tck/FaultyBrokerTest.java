package io.lovage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.lovage.tck.faulty.Fault;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The proof that the kit works: a broker with one fault fails at the rule that forbids it; one without passes. */
@ResourceLock(providers = BrokerLock.class)
class FaultyBrokerTest {
    private static final Logger log = LoggerFactory.getLogger(FaultyBrokerTest.class);

    /** Rules whose tests cost much time or measure it; no fault here is theirs. */
    private static final Set<String> LEFT_OUT = Set.of("R2.6", "R5.4", "R7.4", "R10.7");

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @EnumSource(Fault.class)
    void theKitFindsTheFault(Fault fault) throws InterruptedException {
        Failures failures = new Failures();

        runOnAThreadOfItsOwn(() -> LauncherFactory.create().execute(request(fault), failures));

        log.info("{} is found by {}", fault, failures.byRule.keySet());
        assertThat(failures.passed).as("tests that passed").hasPositiveValue();
        if (fault == Fault.NONE) {
            assertThat(failures.byRule).isEmpty();
        } else {
            assertThat(failures.byRule).containsKey(fault.rule());
        }
    }

    /** A thread that belongs to JUnit's own pool cannot run another JUnit. */
    private static void runOnAThreadOfItsOwn(Runnable launch) throws InterruptedException {
        Thread thread = KitThreads.of("faulty").named("kit").newThread(launch);
        thread.start();
        thread.join();
    }

    private static LauncherDiscoveryRequest request(Fault fault) {
        PostDiscoveryFilter fewer = test -> FilterResult.includedIf(RuleId.atStartOf(test.getDisplayName())
                .map(RuleId::toString)
                .filter(LEFT_OUT::contains)
                .isEmpty());
        return LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(FaultyKit.class))
                .filters(fewer)
                .configurationParameter(FaultyKit.FAULT, fault.name())
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "6")
                .configurationParameter(KitExtension.REPORT_FOLDER, "none")
                .build();
    }

    /** Collects what failed, rule by rule. */
    private static final class Failures implements TestExecutionListener {
        private final ConcurrentSkipListMap<String, String> byRule = new ConcurrentSkipListMap<>();
        private final AtomicInteger passed = new AtomicInteger();

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
                passed.addAndGet(test.isTest() ? 1 : 0);
                return;
            }
            Optional<String> rule = RuleId.atStartOf(test.getDisplayName()).map(RuleId::toString);
            byRule.merge(
                    rule.orElse(test.getDisplayName()),
                    test.getDisplayName() + " <- "
                            + result.getThrowable().map(Throwable::toString).orElse("aborted"),
                    (one, other) -> one + "\n" + other);
        }
    }
}
