package io.lovage.internal.worker;

import io.lovage.spi.QueueSpec;

/** A queue and its share of the slots. */
record QueueShare(QueueSpec queue, int weight) {}
