/**
 * Celery's message protocol v2 and its result documents: reading and writing what travels. Nothing here talks to a
 * broker, and nothing here runs a task.
 *
 * <p>A message is read once into a {@link io.lovage.internal.wire.TaskMessage}, or refused as
 * {@link io.lovage.internal.wire.Decoded.Unreadable} with a reason that names the field; the arguments stay JSON trees
 * until {@link io.lovage.internal.wire.ArgumentBinder} binds them to the declared type.
 */
@NullMarked
package io.lovage.internal.wire;

import org.jspecify.annotations.NullMarked;
