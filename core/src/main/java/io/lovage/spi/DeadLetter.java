package io.lovage.spi;

import java.time.Instant;
import java.util.Optional;

/**
 * A message that will not be tried again, with everything needed to send it again (rule R3.4).
 *
 * @param id names it to {@link BrokerAdmin#resend} and {@link BrokerAdmin#discard}
 * @param message as it was, without the headers that tell of the dead-lettering
 * @param deliveryCount how often it had been handed out; 0 when the server dead-lettered it without saying
 * @param at when, if that is known
 */
public record DeadLetter(String id, Message message, String reason, int deliveryCount, Optional<Instant> at) {}
