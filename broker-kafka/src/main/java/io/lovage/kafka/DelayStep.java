package io.lovage.kafka;

import java.util.Map;

/**
 * Where a delayed message is written next.
 *
 * @param topic where it waits
 * @param headers of the record, beside the envelope
 */
record DelayStep(String topic, Map<String, byte[]> headers) {
    DelayStep {
        headers = Map.copyOf(headers);
    }
}
