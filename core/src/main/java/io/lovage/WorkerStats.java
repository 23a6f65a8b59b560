package io.lovage;

/**
 * What a worker has done since it started: counts that only grow.
 *
 * @param taken deliveries handed to this worker
 * @param redelivered those of them that were not the first delivery of their message
 * @param succeeded attempts that ended well and whose outcome was stored and settled
 * @param failed attempts that ended the task as a failure
 * @param retried attempts after which another one was asked for
 * @param revoked tasks that were not run because they were revoked or had expired
 * @param deadLettered deliveries that went to the dead-letter queue
 * @param released deliveries given back without an outcome
 * @param leaseLost deliveries whose lease was lost before they were settled
 * @param lateResultsRefused outcomes that the result backend refused because a newer delivery or a final state was
 *     there
 * @param settledUnknown settlements whose answer was lost with the connection
 */
public record WorkerStats(
        long taken,
        long redelivered,
        long succeeded,
        long failed,
        long retried,
        long revoked,
        long deadLettered,
        long released,
        long leaseLost,
        long lateResultsRefused,
        long settledUnknown) {}
