/**
 * The opponent: the same work on the bare amqp-client and Jackson, written straight and as fast as is idiomatic, with
 * the guarantees of Lovage. It knows nothing of Lovage.
 */
@NullMarked
package io.lovage.benchmarks.bare;

import org.jspecify.annotations.NullMarked;
