/**
 * The worker: takes deliveries, runs handlers, stores outcomes, settles.
 *
 * <p>The road of one delivery, in the order of reading: {@link io.lovage.internal.worker.Fetcher} takes it from the
 * broker into a {@link io.lovage.internal.worker.Lanes lane}, a slot of the
 * {@link io.lovage.internal.worker.Dispatcher} takes it from there, {@link io.lovage.internal.worker.DeliveryRoad}
 * leads it through {@link io.lovage.internal.worker.Admission} (may it run?),
 * {@link io.lovage.internal.worker.Execution} (the handler) and {@link io.lovage.internal.worker.OutcomeWriter} (store
 * the outcome, then settle). {@link io.lovage.internal.worker.QueueWorker} puts the parts together and takes them
 * apart.
 */
@NullMarked
package io.lovage.internal.worker;

import org.jspecify.annotations.NullMarked;
