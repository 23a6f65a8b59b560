package io.lovage.benchmarks.plan;

/**
 * One row of a report.
 *
 * @param payload how many bytes a task's argument has as JSON
 */
public record Case(Contender contender, Level level, What what, Variant variant, int payload) {
    /** @throws IllegalArgumentException when nothing of the kind can be measured */
    public Case {
        if (!contender.levels().contains(level)) {
            throw new IllegalArgumentException(contender.label() + " has no " + level.label());
        }
        if (contender == Contender.MEMORY && variant != Variant.LOVAGE) {
            throw new IllegalArgumentException("memory is Lovage's own: there is no other client to compare it with");
        }
        if (variant == Variant.CEILING && what != What.PUBLISH && what != What.CONSUME) {
            throw new IllegalArgumentException("opaque bytes are only sent or taken, not: " + what.label());
        }
        if (variant != Variant.LOVAGE && what == What.ROUND_TRIP) {
            throw new IllegalArgumentException("a result is Lovage's own affair: no other client waits for one");
        }
        if (payload < Plan.LEAST_PAYLOAD) {
            throw new IllegalArgumentException(
                    "a payload has at least " + Plan.LEAST_PAYLOAD + " bytes, not " + payload);
        }
    }

    /** The five names that tell it from every other one. */
    public String label() {
        return String.join(
                " ", contender.label(), level.label(), what.label(), variant.label(), Integer.toString(payload));
    }

    /** The same, done by somebody else. */
    public Case by(Variant other) {
        return new Case(contender, level, what, other, payload);
    }
}
