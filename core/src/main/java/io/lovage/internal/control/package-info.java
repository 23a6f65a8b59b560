/**
 * A worker as a node of a Celery system: the events it sends and the remote control it obeys, in Celery's formats. What
 * the worker itself does is behind {@link io.lovage.internal.control.ControlledWorker}.
 */
@NullMarked
package io.lovage.internal.control;

import org.jspecify.annotations.NullMarked;
