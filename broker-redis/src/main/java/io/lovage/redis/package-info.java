/**
 * Redis as broker and result backend ({@code redis://}, {@code rediss://}, {@code redis-sentinel://},
 * {@code redis-cluster://}).
 *
 * <p>Public are the providers, found by {@link java.util.ServiceLoader}; their Javadoc lists the options of the URLs.
 * Whatever changes a queue is one Lua script, so that it happens as a whole and only for the owner of what it changes.
 */
@NullMarked
package io.lovage.redis;

import org.jspecify.annotations.NullMarked;
