package io.lovage.kafka;

/** Where a record lies in the topic of its lane. */
record Place(int partition, long offset) {}
