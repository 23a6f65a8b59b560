package io.lovage.internal.worker;

import io.lovage.HandlerOptions;
import io.lovage.Task;
import io.lovage.TaskHandler;

/** A task with its handler. */
record Registered<A, R>(Task<A, R> task, HandlerOptions options, TaskHandler<A, R> handler) {}
