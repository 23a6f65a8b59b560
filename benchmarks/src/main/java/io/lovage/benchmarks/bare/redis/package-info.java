/** The bare lettuce, doing the same work as Lovage over Redis with the same guarantee. */
@NullMarked
package io.lovage.benchmarks.bare.redis;

import org.jspecify.annotations.NullMarked;
