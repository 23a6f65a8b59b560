/**
 * The producer's side: connecting, sending, waiting for results. Begin at {@link io.lovage.internal.client.CoreEngine}.
 */
@NullMarked
package io.lovage.internal.client;

import org.jspecify.annotations.NullMarked;
