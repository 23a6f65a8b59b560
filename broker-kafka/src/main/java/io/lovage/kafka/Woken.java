package io.lovage.kafka;

/** Somebody wants the lane's thread to look up. */
final class Woken extends Exception {
    private static final long serialVersionUID = 1L;

    Woken(Throwable cause) {
        super(cause);
    }
}
