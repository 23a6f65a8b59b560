package io.lovage.internal.wire;

/** What makes a message unreadable; its text is the reason. Never leaves this package. */
final class WireFault extends Exception {
    private static final long serialVersionUID = 1L;

    WireFault(String reason) {
        super(reason, null, false, false);
    }
}
