package io.lovage.kafka;

/**
 * A record that a share consumer has acquired.
 *
 * @param deliveries how often the server has handed it out, this time included; a lower bound, since a broker forgets
 *     when it stops
 * @param value the envelope; nobody changes it
 */
@SuppressWarnings("ArrayRecordComponent") // handed on without a copy; never compared
record Taken(Place place, int deliveries, byte[] value) {}
