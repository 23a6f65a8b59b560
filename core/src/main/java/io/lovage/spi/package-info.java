/**
 * What the author of a broker or a result backend implements and meets.
 *
 * <p>The verbs are small and act on messages. Retry policies, back-off, results and workflows live once, in core. Types
 * of this package depend on the JDK and JSpecify only. The numbered rules an implementation keeps are in
 * {@code docs/semantics.md}; the module {@code lovage-broker-tck} proves them.
 */
@NullMarked
package io.lovage.spi;

import org.jspecify.annotations.NullMarked;
