/**
 * The conformance kit: proves the numbered rules of {@code docs/semantics.md} against a broker.
 *
 * <p>Who writes a broker extends {@link io.lovage.tck.BrokerConformanceKit} in the tests of the broker's module and
 * supplies a {@link io.lovage.tck.BrokerHarness}.
 */
@NullMarked
package io.lovage.tck;

import org.jspecify.annotations.NullMarked;
