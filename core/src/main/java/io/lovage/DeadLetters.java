package io.lovage;

import io.lovage.spi.BrokerException;
import io.lovage.spi.DeadLetter;
import java.util.List;

/**
 * The messages of one queue that will not be tried again. For operators. Thread-safe; throws {@link BrokerException}.
 */
public interface DeadLetters {
    /** The oldest ones, at most {@code max}. Changes nothing. */
    List<DeadLetter> list(int max);

    /** Sends one to its queue again: its counts are reset and its result is reopened. False when it is not there. */
    boolean resend(String deadLetterId);

    /** Removes one for good. False when it is not there. */
    boolean discard(String deadLetterId);
}
