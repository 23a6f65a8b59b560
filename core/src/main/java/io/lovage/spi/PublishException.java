package io.lovage.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages were not confirmed by the broker. They may have arrived all the same when the answer was lost, so a retry
 * may duplicate; it uses the same ids.
 */
public class PublishException extends BrokerException {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 5;

    private final transient List<String> unconfirmed;
    private final boolean retryable;

    /**
     * Describes what was not confirmed.
     *
     * @param unconfirmed the correlation ids of what was not confirmed, in the order of the call
     * @param retryable whether the same publish may succeed later
     */
    public PublishException(String reason, List<String> unconfirmed, boolean retryable, @Nullable Throwable cause) {
        super(
                reason + "; not confirmed: " + shown(unconfirmed)
                        + (retryable ? "; retry with the same ids" : "; a retry cannot succeed"),
                cause);
        this.unconfirmed = List.copyOf(unconfirmed);
        this.retryable = retryable;
    }

    public List<String> unconfirmed() {
        return unconfirmed;
    }

    @Override
    public boolean retryable() {
        return retryable;
    }

    private static String shown(List<String> ids) {
        if (ids.size() <= SHOWN) {
            return String.join(", ", ids);
        }
        return String.join(", ", ids.subList(0, SHOWN)) + " and " + (ids.size() - SHOWN) + " more";
    }
}
