package io.lovage.internal.worker;

import java.util.function.Function;

/** Whether a delivery runs. */
sealed interface Verdict {
    /** It runs. */
    record Run(Attempt<?, ?> attempt) implements Verdict {}

    /** It does not: this becomes of it. */
    record End(Outcome outcome) implements Verdict {}

    /** Handles both in one place. */
    default <T> T fold(Function<Attempt<?, ?>, T> run, Function<Outcome, T> end) {
        return this instanceof Run r ? run.apply(r.attempt()) : end.apply(((End) this).outcome());
    }
}
