package io.lovage.console.demo;

/** The demo did not get through; the message is one line. */
public class DemoFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DemoFailedException(String message) {
        super(message);
    }
}
