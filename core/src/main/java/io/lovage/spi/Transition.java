package io.lovage.spi;

/**
 * What became of a state that was to be stored.
 *
 * @param accepted whether it was stored, or sent where nobody can say more; false when a final state or a newer fence
 *     stood in its way
 * @param held what the backend holds afterwards, as far as it knows
 */
public record Transition(boolean accepted, StoredResult held) {}
