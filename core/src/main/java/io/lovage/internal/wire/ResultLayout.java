package io.lovage.internal.wire;

/** The two forms of Celery's result document. */
public enum ResultLayout {
    /** Kept under the task's id, as Celery's Redis backend writes it: tells when it was done, and of whom it comes. */
    STORED,
    /** Sent to the client, as Celery's {@code rpc://} writes it. */
    REPLY
}
