/**
 * The API: tasks, sending them, waiting for their results, and workers that run them. Begin at
 * {@link io.lovage.Lovage}.
 */
@NullMarked
package io.lovage;

import org.jspecify.annotations.NullMarked;
