package io.lovage.examples.bulkimport;

/**
 * How an import ended.
 *
 * @param tasks how many chunks there were
 * @param retries how many attempts the task's retry policy asked for
 * @param redelivered how many deliveries of the chunks were not the first, as the results tell
 */
public record ImportResult(TableProfile profile, int tasks, long retries, long redelivered) {}
