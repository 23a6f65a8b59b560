/**
 * The stories of docs/pitfalls.md on a real Redis: each shows with a model of kombu's algorithm what goes wrong, and
 * with Lovage what happens instead.
 */
@NullMarked
package io.lovage.redis.pitfall;

import org.jspecify.annotations.NullMarked;
