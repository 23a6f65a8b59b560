package io.lovage.tck;

import java.time.Duration;

/** Faults of the network between a client and the broker. Thread-safe. */
public interface NetworkFaults {
    /** A way to the broker of one's own, whose faults touch nobody else; whole until told otherwise. */
    Link open();

    /** How long after a connection fell silent a client notices at the latest: heartbeat and slack (rule R10.5). */
    Duration silenceNoticedWithin();

    /** Which way bytes go. */
    enum Direction {
        TO_BROKER,
        TO_CLIENT
    }

    /** One way to the broker. Thread-safe. */
    interface Link extends AutoCloseable {
        /** The broker's URL by this way. */
        String url();

        /** Resets every connection; new ones are taken. */
        void cut();

        /** Resets every connection and refuses new ones, until {@link #restore}. */
        void refuse();

        /** Holds the bytes of this direction back, old and new connections alike, until {@link #restore}. */
        void blackhole(Direction direction);

        /**
         * Lets this many more bytes go to the broker, over all connections, then resets them and refuses new ones until
         * {@link #restore}.
         */
        void cutAfterBytesToBroker(long bytes);

        /** Bytes that have gone to the broker so far, over all connections. */
        long bytesToBroker();

        /** Connections that were made so far; tells a storm of retries. */
        long connectionsMade();

        /** Makes it whole: bytes held back go on, new connections are taken. */
        void restore();

        /** Closes it and every connection over it. Idempotent. */
        @Override
        void close();
    }
}
