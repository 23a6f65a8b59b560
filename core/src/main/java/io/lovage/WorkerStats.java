package io.lovage;

/**
 * What a worker has done since it started: counts that only grow. Immutable. Of a worker that runs it is no exact
 * picture of one moment: what happens meanwhile may be in one count and not yet in another.
 *
 * @param taken deliveries handed to this worker
 * @param redelivered those of them that were not the first delivery of their message
 * @param succeeded attempts that ended well and whose outcome was stored and settled
 * @param failed attempts that ended the task as a failure
 * @param retried attempts after which another one was asked for
 * @param revoked tasks that were not run because they were revoked or had expired
 * @param postponed deliveries that came before their time and wait in the broker now
 * @param alreadyDone deliveries of tasks that had a final result; they were only settled
 * @param deadLettered deliveries that went to the dead-letter queue
 * @param released deliveries given back without an outcome
 * @param leaseLost deliveries whose lease was lost before they were settled: nothing more is written for them (rule
 *     R4.4)
 * @param lateResultsRefused outcomes that the result backend refused because a newer delivery or a final state was
 *     there (rule R11.6)
 * @param settledUnknown settlements whose answer was lost with the connection
 * @param leftBehind deliveries let go without being settled, after an error that the log tells; they come again when
 *     their lease ends
 */
public record WorkerStats(
        long taken,
        long redelivered,
        long succeeded,
        long failed,
        long retried,
        long revoked,
        long postponed,
        long alreadyDone,
        long deadLettered,
        long released,
        long leaseLost,
        long lateResultsRefused,
        long settledUnknown,
        long leftBehind) {}
