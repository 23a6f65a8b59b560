package io.lovage.spi;

/**
 * What a result backend can do.
 *
 * @param name the name used in documents and errors
 * @param fenced whether it refuses the late result of a worker that lost its lease; otherwise the reader keeps the
 *     first final state (rules R11.1 and R11.6)
 * @param lookupById whether anybody can ask for the state of an id, not only the client that sent it
 */
public record BackendCapabilities(String name, boolean fenced, boolean lookupById) {
    /** Of {@code disabled://}, which keeps nothing. */
    public static final BackendCapabilities NONE = new BackendCapabilities("disabled", false, false);
}
