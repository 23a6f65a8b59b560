package io.lovage.spi;

/**
 * The state of a task as a result backend keeps it.
 *
 * @param document Celery's result document: JSON with {@code status}, {@code result}, {@code traceback} and more
 */
public record StoredResult(TaskId id, TaskState state, Bytes document) {}
