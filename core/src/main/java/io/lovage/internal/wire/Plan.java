package io.lovage.internal.wire;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What is to be done once a task has ended, read and checked. Immutable.
 *
 * @param callbacks sent after success
 * @param errbacks sent after failure
 * @param steps the rest of the chain, the next one first
 * @param chord the body of the chord this task is a member of
 */
public record Plan(List<Follower> callbacks, List<Follower> errbacks, List<Follower> steps, Optional<Follower> chord) {
    /** Why this cannot be done from here; empty when it can. */
    public static Optional<String> unsupported(Embed embed) {
        try {
            Plan unused = read(embed);
            return Optional.empty();
        } catch (WireFault fault) {
            return Optional.of(String.valueOf(fault.getMessage()));
        }
    }

    /**
     * Reads what was found to be supported.
     *
     * @throws IllegalArgumentException when it is not
     */
    public static Plan of(Embed embed) {
        try {
            return read(embed);
        } catch (WireFault fault) {
            throw new IllegalArgumentException(fault.getMessage(), fault);
        }
    }

    private static Plan read(Embed embed) throws WireFault {
        List<Follower> steps = followers(embed.chain());
        Collections.reverse(steps);
        return new Plan(
                followers(embed.callbacks()),
                followers(embed.errbacks()),
                steps,
                embed.chord().isPresent()
                        ? Optional.of(Follower.of(embed.chord().get()))
                        : Optional.empty());
    }

    private static List<Follower> followers(Optional<List<EmbeddedSignature>> signatures) throws WireFault {
        List<Follower> followers = new ArrayList<>();
        for (EmbeddedSignature signature : signatures.orElse(List.of())) {
            followers.add(Follower.of(signature));
        }
        return followers;
    }
}
