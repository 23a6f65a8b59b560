package io.lovage.interop;

/** What a Python client saw: the exception that ended its script. */
final class PythonError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String type;
    private final String text;

    PythonError(String type, String text, String trace) {
        super(trace);
        this.type = type;
        this.text = text;
    }

    /** The simple name of its class. */
    String type() {
        return type;
    }

    /** What {@code str} makes of it. */
    String text() {
        return text;
    }
}
