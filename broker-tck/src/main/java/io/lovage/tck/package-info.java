/**
 * The conformance kit: proves the numbered rules of {@code docs/semantics.md} against a broker.
 *
 * <p>To prove a broker of your own, depend on {@code lovage-broker-tck} with test scope and write two classes. The kit
 * finds your {@link io.lovage.spi.BrokerProvider} by the URL's scheme, as applications do.
 *
 * <pre>{@code
 * class MyBrokerConformanceTest extends BrokerConformanceKit {
 *     protected BrokerHarness newHarness() {
 *         return new BrokerHarness() {
 *             public String column() { return "mybroker"; }
 *             public String url() { return "mybroker://localhost:1234"; }
 *             public void close() {}
 *         };
 *     }
 * }
 * }</pre>
 *
 * <p>Run it: every test is named by the rule it proves. A test that needs a fault which the harness does not offer
 * fails and says so; offer the fault by another method of {@link io.lovage.tck.BrokerHarness}, or declare the limit
 * with its reason in {@code src/test/resources/declared-limits.tsv}, see {@link io.lovage.tck.DeclaredLimits}. Tests
 * wait more than they work: enable parallel execution in {@code junit-platform.properties}. Each run writes
 * {@code target/conformance/<column>-<variant>.tsv}, which {@link io.lovage.tck.report.ConformanceReport} makes into
 * the table.
 */
@NullMarked
package io.lovage.tck;

import org.jspecify.annotations.NullMarked;
