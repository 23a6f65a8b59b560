package io.lovage.internal.wire;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is to be done once a task has ended, read and checked. Immutable.
 *
 * @param callbacks sent after success
 * @param errbacks sent after failure
 * @param steps the rest of the chain, the next one first
 * @param chord the body of the chord this task is a member of
 */
public record Plan(List<Step> callbacks, List<Follower> errbacks, List<Step> steps, Optional<Follower> chord) {
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
        List<Step> steps = steps(embed.chain());
        Collections.reverse(steps);
        for (int i = 0; i < steps.size() - 1; i++) {
            if (!steps.get(i).plain()) {
                throw new WireFault("a nested canvas before the end of a chain");
            }
        }
        List<Follower> errbacks = new ArrayList<>();
        for (EmbeddedSignature signature : embed.errbacks().orElse(List.of())) {
            errbacks.add(Step.single(signature));
        }
        return new Plan(
                steps(embed.callbacks()),
                errbacks,
                steps,
                embed.chord().isPresent()
                        ? Optional.of(Step.single(embed.chord().get()))
                        : Optional.empty());
    }

    private static List<Step> steps(Optional<List<EmbeddedSignature>> signatures) throws WireFault {
        List<Step> steps = new ArrayList<>();
        for (EmbeddedSignature signature : signatures.orElse(List.of())) {
            steps.add(Step.of(signature));
        }
        return steps;
    }

    /**
     * The steps of a chain, the next one first, for those who wait for them: what could not be sent from here can still
     * be told that it never runs. What has no id that can be read is left out.
     */
    public static List<Step> toBeTold(Embed embed) {
        List<Step> steps = new ArrayList<>();
        for (EmbeddedSignature signature : embed.chain().orElse(List.of())) {
            Step.toBeTold(signature).ifPresent(steps::add);
        }
        Collections.reverse(steps);
        return steps;
    }

    /** What is sent after a failure; what cannot be sent from here is left out. */
    public static List<Follower> errbacksOf(Embed embed) {
        List<Follower> errbacks = new ArrayList<>();
        for (EmbeddedSignature signature : embed.errbacks().orElse(List.of())) {
            readable(signature).ifPresent(errbacks::add);
        }
        return errbacks;
    }

    /** The body of the chord it is a member of; empty when there is none, or none that can be sent from here. */
    public static Optional<Follower> bodyOf(Embed embed) {
        return embed.chord().flatMap(Plan::readable);
    }

    private static Optional<Follower> readable(EmbeddedSignature signature) {
        try {
            return Optional.of(Step.single(signature));
        } catch (WireFault unreadable) {
            return Optional.empty();
        }
    }

    /** Whether members of a chord have to be counted to carry it out. */
    public boolean counts() {
        return chord.isPresent()
                || Stream.concat(callbacks.stream(), steps.stream())
                        .anyMatch(step -> step.chord().isPresent())
                || steps.stream()
                        .flatMap(step -> step.calls().stream())
                        .anyMatch(call -> call.embed().chord().isPresent());
    }
}
